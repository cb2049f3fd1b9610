// Why this is correct: every byte that is read lies between the pointer and the count the loop has given; slices are
// relative to the start of the command, which stays in place until the batch has run.
using System.Buffers;
using System.Buffers.Text;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>Reads the commands of memcached's text and meta protocol.</summary>
/// <remarks>Shape of a command: argument 0 is all of its bytes, 1 its name, then its words, and last the data of a
/// storage command. Source: memcached's protocol.txt.</remarks>
internal static unsafe class MemcachedReader
{
    /// <summary>Longest line; a client that sends more without a line break is closed. Units: bytes.</summary>
    public const int LineBytesMax = 64 * 1024;

    private const byte LineEnd = (byte)'\n';
    private const byte Return = (byte)'\r';
    private const int DataEndBytes = 2;
    private const int KeyIndex = MetaReply.KeyIndex;

    public static MemcachedStatus Read(
        byte* bytes, int count, ArgBuffer args, MemcachedState state, long itemBytesMax, out MemcachedCommand command)
    {
        command = default;
        if (state.SkipBytes > 0)
        {
            command.Bytes = (int)Math.Min(state.SkipBytes, count);
            state.SkipBytes -= command.Bytes;
            return MemcachedStatus.Skipped;
        }

        var line = new ReadOnlySpan<byte>(bytes, Math.Min(count, LineBytesMax));
        var end = line.IndexOf(LineEnd);
        if (end < 0) return count >= LineBytesMax ? MemcachedStatus.Malformed : MemcachedStatus.NeedMore;
        command.Bytes = end + 1;
        line = line[..end];
        if (line.Length > 0 && line[^1] == Return) line = line[..^1];
        command.FirstSlice = args.Count;
        args.Add(0, command.Bytes);
        Split(line, args);
        command.ArgCount = args.Count - command.FirstSlice;
        var words = new CommandArgs(bytes, args.At(command.FirstSlice), command.ArgCount);
        command.Verb = words.Count < 2 ? MemcachedVerb.Unknown : MemcachedVerbs.Find(words);
        if (MemcachedVerbs.HasData(command.Verb)
            && ReadData(bytes, count, args, state, itemBytesMax, words, ref command) is MemcachedStatus.NeedMore)
            return MemcachedStatus.NeedMore;
        if (command.Verb >= MemcachedVerb.MetaGet && HasBinaryKey(words, words.Count))
            Decode(args.At(command.FirstSlice), bytes);
        return MemcachedStatus.Command;
    }

    /// <summary>The bytes of a command as they came, a decoded key encoded again; to be read once more later.</summary>
    public static ReadOnlySpan<byte> Original(in CommandArgs args)
    {
        var isMeta = args.Count > KeyIndex && args[1].Length == 2 && args[1][0] == (byte)'m';
        if (!isMeta) return args[0];
        // The last argument of MS is its data.
        var count = args[1][1] == (byte)'s' ? args.Count - 1 : args.Count;
        var key = args[KeyIndex];
        if (key.Length == 0 || !HasBinaryKey(args, count)) return args[0];
        fixed (byte* start = key)
        {
            var text = new Span<byte>(start, Base64.GetMaxEncodedToUtf8Length(key.Length));
            Invariant.Holds(Base64.EncodeToUtf8InPlace(text, key.Length, out _) == OperationStatus.Done);
        }

        return args[0];
    }

    // Flag b, whatever stands behind it: the key is base64.
    private static bool HasBinaryKey(in CommandArgs words, int count)
    {
        for (var i = KeyIndex + 1; i < count; i++)
            if (words[i][0] == (byte)'b') return true;
        return false;
    }

    // In place: the key gets shorter. One that is not base64 gets no bytes at all, and the command refuses it.
    private static void Decode(ArgSlice* slices, byte* bytes)
    {
        var slice = slices[KeyIndex];
        var text = new Span<byte>(bytes + slice.Offset, slice.Length);
        if (text.Length > MemcachedVerbs.KeyBytesMax) return;
        var status = Base64.DecodeFromUtf8InPlace(text, out var length);
        slices[KeyIndex] = status == OperationStatus.Done ? new ArgSlice(slice.Offset, length) : default;
    }

    private static void Split(ReadOnlySpan<byte> line, ArgBuffer args)
    {
        for (var at = 0; at < line.Length;)
        {
            if (line[at] == (byte)' ')
            {
                at++;
                continue;
            }

            var length = line[at..].IndexOf((byte)' ');
            if (length < 0) length = line.Length - at;
            args.Add(at, length);
            at += length;
        }
    }

    private static MemcachedStatus ReadData(
        byte* bytes, int count, ArgBuffer args, MemcachedState state, long itemBytesMax, in CommandArgs words,
        ref MemcachedCommand command)
    {
        var isMeta = command.Verb == MemcachedVerb.MetaSet;
        if (!TryDataLength(words, isMeta, out var length)
            || (command.Verb == MemcachedVerb.Cas && !IsUnique(words[6])))
        {
            command.Verb = MemcachedVerb.BadFormat;
            return MemcachedStatus.Command;
        }

        var tooLong = words[2].Length > MemcachedVerbs.KeyBytesMax;
        if (length > itemBytesMax || tooLong)
        {
            // What follows is data, whatever it looks like; after a key that is too long, memcached reads on.
            command.Verb = tooLong ? MemcachedVerb.BadFormat : MemcachedVerb.TooLarge;
            if (!tooLong) state.SkipBytes = length + DataEndBytes;
            return MemcachedStatus.Command;
        }

        var start = command.Bytes;
        if (count - start < length + DataEndBytes)
        {
            args.Truncate(command.FirstSlice);
            return MemcachedStatus.NeedMore;
        }

        args.Add(start, (int)length);
        command.ArgCount++;
        command.Bytes = start + (int)length + DataEndBytes;
        args.At(command.FirstSlice)[0] = new ArgSlice(0, command.Bytes);
        var tail = bytes + start + length;
        if (tail[0] != Return || tail[1] != LineEnd) command.Verb = MemcachedVerb.BadData;
        return MemcachedStatus.Command;
    }

    // set key flags exptime BYTES ...; ms key BYTES flags*
    private static bool TryDataLength(in CommandArgs words, bool isMeta, out long length)
    {
        length = 0;
        var index = isMeta ? 3 : 5;
        if (words.Count <= index) return false;
        if (!isMeta && (!IsNumber(words[3], isSigned: false) || !IsNumber(words[4], isSigned: true))) return false;
        var text = words[index];
        return Utf8Parser.TryParse(text, out length, out var used) && used == text.Length
            && length is >= 0 and <= int.MaxValue - DataEndBytes;
    }

    private static bool IsUnique(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out ulong _, out var used) && used == text.Length;

    private static bool IsNumber(ReadOnlySpan<byte> text, bool isSigned) =>
        Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length
        && (isSigned || number is >= 0 and <= uint.MaxValue);
}

/// <summary>What was read.</summary>
internal enum MemcachedStatus
{
    NeedMore,
    Command,

    /// <summary>Bytes of data that nobody wants; there is no command.</summary>
    Skipped,

    /// <summary>A line without end.</summary>
    Malformed,
}

/// <summary>A command in the buffer.</summary>
internal struct MemcachedCommand
{
    public MemcachedVerb Verb;

    /// <summary>All of it, line break and data included. Units: bytes.</summary>
    public int Bytes;

    public int FirstSlice;
    public int ArgCount;
}

/// <summary>What a memcached client's connection remembers between reads.</summary>
internal sealed class MemcachedState
{
    /// <summary>Data still to come that is passed over. Units: bytes.</summary>
    public long SkipBytes { get; set; }
}
