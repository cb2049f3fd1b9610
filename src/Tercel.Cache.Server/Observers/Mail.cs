using System.Buffers;
using System.Buffers.Binary;

namespace Tercel.Cache.Server.Observers;

/// <summary>What one loop tells another about: each entry has a kind, a session's number and up to three
/// texts.</summary>
internal enum MailKind : byte
{
    /// <summary>Channel, message: for the channel's subscribers.</summary>
    Message,

    /// <summary>Pattern, channel, message: for the pattern's subscribers.</summary>
    PatternMessage,

    /// <summary>Shard channel, message.</summary>
    ShardMessage,

    /// <summary>The line of a command: for the monitors.</summary>
    Command,

    /// <summary>Session, key: what it has cached is no longer true.</summary>
    Invalidated,

    /// <summary>Session: nothing that it has cached is true any more.</summary>
    AllInvalidated,

    /// <summary>Session: the client that its invalidations went to has left.</summary>
    RedirectionBroken,
}

/// <summary>One entry of a <see cref="Mail"/>. Lifetime: the mail's.</summary>
internal readonly ref struct MailEntry
{
    public required MailKind Kind { get; init; }

    public required long SessionId { get; init; }

    public required ReadOnlySpan<byte> First { get; init; }

    public required ReadOnlySpan<byte> Second { get; init; }

    public required ReadOnlySpan<byte> Third { get; init; }
}

/// <summary>Entries for one loop, written by one thread and read once by another.</summary>
/// <remarks>Shape of an entry: kind 1 | session 8 | three lengths of 4 bytes | the texts.</remarks>
internal sealed class Mail
{
    private const int HeaderBytes = 1 + 8 + 3 * 4;
    private const int CapacityAtStart = 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(CapacityAtStart);

    /// <summary>Units: bytes.</summary>
    public int Length { get; private set; }

    public void Add(
        MailKind kind, long sessionId, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default,
        ReadOnlySpan<byte> third = default)
    {
        var needed = checked(Length + HeaderBytes + first.Length + second.Length + third.Length);
        if (needed > _bytes.Length) Grow(needed);
        var target = _bytes.AsSpan(Length);
        target[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], sessionId);
        BinaryPrimitives.WriteInt32LittleEndian(target[9..], first.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[13..], second.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[17..], third.Length);
        target = target[HeaderBytes..];
        first.CopyTo(target);
        second.CopyTo(target[first.Length..]);
        third.CopyTo(target[(first.Length + second.Length)..]);
        Length = needed;
    }

    /// <summary>Reads the entry at <paramref name="offset"/> and moves behind it; false at the end.</summary>
    public bool TryRead(ref int offset, out MailEntry entry)
    {
        entry = default;
        if (offset == Length) return false;
        var source = _bytes.AsSpan(offset, Length - offset);
        var first = BinaryPrimitives.ReadInt32LittleEndian(source[9..]);
        var second = BinaryPrimitives.ReadInt32LittleEndian(source[13..]);
        var third = BinaryPrimitives.ReadInt32LittleEndian(source[17..]);
        entry = new MailEntry
        {
            Kind = (MailKind)source[0],
            SessionId = BinaryPrimitives.ReadInt64LittleEndian(source[1..]),
            First = source.Slice(HeaderBytes, first),
            Second = source.Slice(HeaderBytes + first, second),
            Third = source.Slice(HeaderBytes + first + second, third),
        };
        offset += HeaderBytes + first + second + third;
        return true;
    }

    /// <summary>Gives the memory back; the mail is of no use afterwards.</summary>
    public void Free()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow(int needed)
    {
        var bytes = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, _bytes.Length * 2L), Array.MaxLength));
        _bytes.AsSpan(0, Length).CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = bytes;
    }
}
