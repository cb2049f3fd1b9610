using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Tercel.Data.Sqlite;

// Compiled patterns of one connection. The engine is the one without backtracking, whose time grows with the text
// only.
internal sealed class RegexCache
{
    public const int PatternCharsMax = 256;
    private const int Capacity = 32;

    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Regex> _regexes = new(StringComparer.Ordinal);
    private byte[] _lastPattern = [];
    private Regex? _last;

    public bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        var regex = _last is not null && pattern.SequenceEqual(_lastPattern) ? _last : Find(pattern);
        var chars = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return regex.IsMatch(chars.AsSpan(0, Encoding.UTF8.GetChars(text, chars)));
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SqliteFunctionException("matching the pattern took too long");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private Regex Find(ReadOnlySpan<byte> pattern)
    {
        var key = Encoding.UTF8.GetString(pattern);
        if (!_regexes.TryGetValue(key, out var regex))
        {
            if (_regexes.Count >= Capacity) _regexes.Clear();
            _regexes.Add(key, regex = Compile(key));
        }

        _last = regex;
        _lastPattern = pattern.ToArray();
        return regex;
    }

    private static Regex Compile(string pattern)
    {
        if (pattern.Length > PatternCharsMax)
            throw new SqliteFunctionException($"a pattern has at most {PatternCharsMax} characters");
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeMax);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new SqliteFunctionException($"the pattern is not understood: {e.Message}");
        }
    }
}
