using Microsoft.Extensions.Primitives;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>The <c>Prefer</c> header of a write (RFC 7240): what the answer holds, dry runs, strictness.</summary>
internal sealed record Preferences
{
    public static readonly Preferences None = new();

    private static readonly string[] Known =
        ["return=minimal", "return=representation", "tx=rollback", "tx=commit", "handling=strict", "handling=lenient"];

    private readonly List<string> _applied = [];

    /// <summary><c>return=minimal</c> (true) or <c>return=representation</c> (false); null when not said.</summary>
    public bool? Minimal { get; private set; }

    /// <summary><c>tx=rollback</c>: everything happens as it would, and is then undone.</summary>
    public bool DryRun { get; private set; }

    /// <summary><c>handling=lenient</c>: unknown and read-only members are left out instead of refused.</summary>
    public bool Lenient { get; private set; }

    /// <summary>The same, but with the rows in the answer whatever the client said: something refers to them.</summary>
    public Preferences WithRows() => new() { Minimal = false, DryRun = DryRun, Lenient = Lenient };

    /// <summary>The value of <c>Preference-Applied</c>; null when nothing was asked.</summary>
    public string? Applied => _applied.Count == 0 ? null : string.Join(", ", _applied);

    /// <summary>Reads the header; with <c>handling=strict</c> a preference that is not known is refused.</summary>
    public static Result<Preferences> Read(StringValues header)
    {
        if (header.Count == 0) return None;
        var preferences = new Preferences();
        var unknown = new List<Error>();
        foreach (var line in header)
        {
            foreach (var part in (line ?? "").Split(','))
            {
                // Parameters after a semicolon mean nothing here, and quotes around the value are allowed.
                var text = part.Split(';', 2)[0].Trim().Replace("\"", "", StringComparison.Ordinal);
                if (text.Length == 0) continue;
                if (!preferences.Apply(text)) unknown.Add(Unknown(text));
            }
        }

        return unknown.Count > 0 && preferences._applied.Contains("handling=strict") ? unknown : preferences;
    }

    // The first of two contradicting preferences counts, as the RFC says.
    private bool Apply(string text)
    {
        if (!Known.Contains(text, StringComparer.Ordinal)) return false;
        var name = text[..(text.IndexOf('=', StringComparison.Ordinal) + 1)];
        if (_applied.Exists(a => a.StartsWith(name, StringComparison.Ordinal))) return true;
        _applied.Add(text);
        if (name == "return=") Minimal = text == "return=minimal";
        DryRun |= text == "tx=rollback";
        Lenient |= text == "handling=lenient";
        return true;
    }

    private static Error Unknown(string text) => new(WriteErrors.Preference, $"no preference '{text}'")
    {
        Header = "Prefer",
        Suggestion = Suggestion.For(text, Known),
    };
}
