using System.Buffers;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Requests;

// Request ids: a caller's own when it is harmless, else 26 characters that sort by time.
internal sealed class RequestIds
{
    public const string Header = "X-Request-Id";
    public const int CharsMax = 64;

    // Crockford's Base32, as in SortableId.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TimeChars = 10;
    private const int ProcessChars = 8;
    private const int CountChars = 8;

    private static readonly SearchValues<char> Safe =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+/=@");

    private readonly string _process;
    private readonly TimeProvider _time;
    private long _count;

    public RequestIds(TimeProvider time)
    {
        _time = time;
        // The random end of a fresh id tells this process from all others.
        _process = SortableId.NewText(time.GetUtcNow())[^ProcessChars..];
    }

    public static bool IsSafe(string id) =>
        id.Length is > 0 and <= CharsMax && id.AsSpan().IndexOfAnyExcept(Safe) < 0;

    // The form of SortableId (time, then what makes it unique) without asking the system for random bytes each time.
    public string Next()
    {
        var ms = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var count = Interlocked.Increment(ref _count);
        return string.Create(TimeChars + ProcessChars + CountChars, (ms, count, _process), static (text, parts) =>
        {
            Base32(text[..TimeChars], parts.ms);
            parts._process.CopyTo(text[TimeChars..]);
            Base32(text[(TimeChars + ProcessChars)..], parts.count);
        });
    }

    private static void Base32(Span<char> text, long value)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)value & 31];
            value >>= 5;
        }
    }
}
