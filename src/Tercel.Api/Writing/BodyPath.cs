using System.Globalization;

namespace Tercel.Api.Writing;

/// <summary>The place of a row in the body, from which JSON Pointers (RFC 6901) are made only when something is
/// wrong.</summary>
internal sealed class BodyPath
{
    /// <summary>The body itself.</summary>
    public static readonly BodyPath Root = new(null, null, 0);

    private readonly BodyPath? _parent;
    private readonly string? _name;
    private readonly int _index;

    private BodyPath(BodyPath? parent, string? name, int index)
    {
        _parent = parent;
        _name = name;
        _index = index;
    }

    public BodyPath Item(int index) => new(this, null, index);

    public BodyPath Member(string name) => new(this, name, 0);

    /// <summary>The pointer of a member of this row; <paramref name="below"/> is the part below the member.</summary>
    public string PointerTo(string member, string? below = null) => $"{this}/{Escape(member)}{below}";

    /// <summary>The pointer of the row: <c>#</c> for the body.</summary>
    public override string ToString()
    {
        if (_parent is null) return "#";
        var own = _name is null ? _index.ToString(CultureInfo.InvariantCulture) : Escape(_name);
        return $"{_parent}/{own}";
    }

    // RFC 6901: ~ and / are escaped; as a URI fragment everything that is not allowed there is percent-encoded.
    private static string Escape(string name) =>
        Uri.EscapeDataString(
            name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
}
