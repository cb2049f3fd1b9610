using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Admin;

/// <summary>Builds the text of INFO: sections of <c>name:value</c> lines.</summary>
internal sealed class InfoText
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a section, with an empty line between two.</summary>
    public InfoText Section(string title)
    {
        if (_text.Length > 0) _text.Append("\r\n");
        _text.Append("# ").Append(title).Append("\r\n");
        return this;
    }

    public InfoText Line(string name, string value)
    {
        _text.Append(name).Append(':').Append(value).Append("\r\n");
        return this;
    }

    public InfoText Line(string name, long value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    public InfoText Line(string name, bool value) => Line(name, value ? 1 : 0);

    public InfoText Line(string name, double value, int decimals) =>
        Line(name, value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>A size, and the same for people.</summary>
    public InfoText Bytes(string name, long bytes) => Line(name, bytes).Line(name + "_human", MemoryText.Human(bytes));

    /// <summary>Several lines of the same value.</summary>
    public InfoText Zeros(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) Line(name, 0);
        return this;
    }

    public override string ToString() => _text.ToString();
}
