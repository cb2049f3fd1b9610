using System.Text;

namespace Tercel.Data;

/// <summary>One SQL statement: text only, values travel as parameters.</summary>
/// <remarks>
/// Shape: parameters are numbered <c>?1</c> to <c>?N</c>. Lifetime: immutable; keep it and run it many times, since
/// each connection remembers the prepared statement by this object's identity. Thread: any.
/// </remarks>
public sealed class SqlText
{
    /// <summary>Wraps a statement.</summary>
    public SqlText(string text)
    {
        Text = text;
        Utf8 = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The statement.</summary>
    public string Text { get; }

    /// <summary>The statement in UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
