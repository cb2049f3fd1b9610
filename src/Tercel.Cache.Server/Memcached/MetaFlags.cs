using System.Buffers.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>The flags of a meta command: single letters, some with a token behind.</summary>
/// <remarks><c>default</c> has none.</remarks>
internal struct MetaFlags
{
    private const int OpaqueBytesMax = 31;
    private const byte FirstLetter = (byte)'A';

    private ulong _seen;

    /// <summary>T: the time to live. Units: seconds, as memcached reads them.</summary>
    public long Seconds { get; private set; }

    /// <summary>N: the time to live of what is created on a miss.</summary>
    public long VivifySeconds { get; private set; }

    /// <summary>R: with less time left, somebody is to fetch it anew. Units: seconds.</summary>
    public long RecacheSeconds { get; private set; }

    /// <summary>C: the number the item must have.</summary>
    public ulong Unique { get; private set; }

    /// <summary>F: client flags.</summary>
    public uint ClientFlags { get; private set; }

    /// <summary>D: what to add or subtract.</summary>
    public ulong Delta { get; private set; }

    /// <summary>J: the number to begin with.</summary>
    public ulong Initial { get; private set; }

    /// <summary>M: the letter that selects the mode; 0 = none given.</summary>
    public byte Mode { get; private set; }

    public readonly bool Has(char letter) => (_seen >> (letter - FirstLetter) & 1) != 0;

    /// <summary>Reads the flags from argument <paramref name="first"/> up to <paramref name="last"/>, itself not
    /// included.</summary>
    /// <returns>Empty, or the error line.</returns>
    public static ReadOnlySpan<byte> Read(in CommandArgs args, int first, int last, out MetaFlags flags)
    {
        flags = new MetaFlags { Delta = 1 };
        for (var i = first; i < last; i++)
        {
            var letter = args[i][0];
            if (letter is < FirstLetter or > (byte)'z') return "CLIENT_ERROR invalid flag"u8;
            var bit = 1UL << (letter - FirstLetter);
            if ((flags._seen & bit) != 0) return "CLIENT_ERROR duplicate flag"u8;
            flags._seen |= bit;
            if (flags.ReadOne(letter, args[i][1..]) is { Length: > 0 } error) return error;
        }

        return default;
    }

    private ReadOnlySpan<byte> ReadOne(byte letter, ReadOnlySpan<byte> token)
    {
        switch (letter)
        {
            case (byte)'b' or (byte)'c' or (byte)'f' or (byte)'h' or (byte)'I' or (byte)'k' or (byte)'l' or (byte)'q'
                or (byte)'s' or (byte)'t' or (byte)'u' or (byte)'v' or (byte)'P' or (byte)'L':
                return default;
            case (byte)'O':
                return token.Length > OpaqueBytesMax ? "CLIENT_ERROR opaque token too long"u8 : default;
            case (byte)'M':
                if (token.Length != 1) return "CLIENT_ERROR incorrect length for M token"u8;
                Mode = token[0];
                return default;
            case (byte)'T' or (byte)'N' or (byte)'R':
                return TryTime(letter, token) ? default : BadToken;
            case (byte)'C' or (byte)'F' or (byte)'D' or (byte)'J':
                return TryNumber(letter, token) ? default : BadToken;
            default: return "CLIENT_ERROR invalid flag"u8;
        }
    }

    private static ReadOnlySpan<byte> BadToken => "CLIENT_ERROR bad token in command line format"u8;

    private bool TryTime(byte letter, ReadOnlySpan<byte> token)
    {
        if (!Utf8Parser.TryParse(token, out int seconds, out var used) || used != token.Length) return false;
        if (letter == (byte)'T') Seconds = seconds;
        else if (letter == (byte)'N') VivifySeconds = seconds;
        else RecacheSeconds = seconds;
        return true;
    }

    private bool TryNumber(byte letter, ReadOnlySpan<byte> token)
    {
        if (!Utf8Parser.TryParse(token, out ulong number, out var used) || used != token.Length) return false;
        switch (letter)
        {
            case (byte)'C': Unique = number; break;
            case (byte)'D': Delta = number; break;
            case (byte)'J': Initial = number; break;
            default:
                ClientFlags = (uint)number;
                return number <= uint.MaxValue;
        }

        return true;
    }
}
