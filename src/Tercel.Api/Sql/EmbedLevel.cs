using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>
/// Rows that are written but lack the arrays of their to-many embeds: their text, the places (holes) where the arrays
/// belong, and the parents' keys that the embeds' statements take.
/// </summary>
/// <remarks>Lifetime: one page; dispose returns the buffers. Thread: one.</remarks>
internal sealed class EmbedLevel : IDisposable
{
    private readonly RowLayout _layout;
    private readonly List<Hole> _holes = [];
    private readonly Embed[] _embeds;

    public EmbedLevel(RowLayout layout, int bytesMax)
    {
        _layout = layout;
        Text = Utf8Buffer.Rent(bytesMax);
        _embeds = [.. layout.Embeds.Select(e => new Embed(e, bytesMax))];
    }

    /// <summary>The rows' JSON without the embeds.</summary>
    public Utf8Buffer Text { get; }

    public IReadOnlyList<Embed> Embeds => _embeds;

    public RowLayout Layout => _layout;

    /// <summary>Rows of an embed that were read, at most one more than allowed.</summary>
    public int RowCount { get; set; }

    /// <summary>Remembers that the array of an embed belongs at a position, and the current row's key for
    /// it.</summary>
    public void AddHole(int position, int embed, SqlRows rows)
    {
        _holes.Add(new Hole(position, embed, _embeds[embed].ParentCount));
        _embeds[embed].AddParent(rows);
    }

    /// <summary>Writes a part of the text with all holes filled.</summary>
    public void WriteFilled(Utf8Buffer into, int start, int length)
    {
        var end = start + length;
        for (var i = FirstHole(start); i < _holes.Count && _holes[i].Position < end; i++)
        {
            into.Write(Text.Written[start.._holes[i].Position]);
            start = _holes[i].Position;
            _embeds[_holes[i].Embed].WriteArray(into, _holes[i].Parent);
        }

        into.Write(Text.Written[start..end]);
    }

    public void Dispose()
    {
        Text.Dispose();
        foreach (var embed in _embeds) embed.Dispose();
    }

    private int FirstHole(int position)
    {
        var (low, high) = (0, _holes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_holes[middle].Position < position) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private readonly record struct Hole(int Position, int Embed, int Parent);
}

/// <summary>One to-many embed of a level: the keys of its parents, and afterwards the rows of each.</summary>
internal sealed class Embed : IDisposable
{
    private readonly int _bytesMax;
    private readonly Utf8Buffer _keys;
    private readonly List<(int Start, int Length)> _arrays = [];

    public Embed(EmbedLayout layout, int bytesMax)
    {
        Layout = layout;
        _bytesMax = bytesMax;
        _keys = Utf8Buffer.Rent(bytesMax);
    }

    public EmbedLayout Layout { get; }

    public int ParentCount { get; private set; }

    /// <summary>The rows of all parents, one after the other; null until they are read.</summary>
    public EmbedLevel? Rows { get; private set; }

    public void AddParent(SqlRows rows)
    {
        _keys.WriteByte(ParentCount == 0 ? (byte)'[' : (byte)',');
        ParentCount++;
        var columns = Layout.KeyColumns;
        if (columns.Length == 1)
        {
            WriteKey(rows, columns[0]);
            return;
        }

        for (var i = 0; i < columns.Length; i++)
        {
            _keys.WriteByte(i == 0 ? (byte)'[' : (byte)',');
            WriteKey(rows, columns[i]);
        }

        _keys.WriteByte((byte)']');
    }

    /// <summary>The parents' keys as a JSON array.</summary>
    public SqlValue TakeKeys()
    {
        _keys.WriteByte((byte)']');
        return SqlValue.OfUtf8(_keys.WrittenMemory);
    }

    public EmbedLevel StartRows() => Rows = new EmbedLevel(Layout.Read.Layout, _bytesMax);

    /// <summary>Says where the rows of a parent stand in the rows' text; parents without rows are left out.</summary>
    public void SetArray(int parent, int start, int length)
    {
        while (_arrays.Count <= parent) _arrays.Add(default);
        _arrays[parent] = (start, length);
    }

    public void WriteArray(Utf8Buffer into, int parent)
    {
        into.WriteByte((byte)'[');
        if (Rows is { } rows && parent < _arrays.Count)
            rows.WriteFilled(into, _arrays[parent].Start, _arrays[parent].Length);
        into.WriteByte((byte)']');
    }

    public void Dispose()
    {
        _keys.Dispose();
        Rows?.Dispose();
    }

    // As JSON, so that json_each gives the value back. A blob cannot travel so; such a key finds no rows.
    private void WriteKey(SqlRows rows, int column)
    {
        switch (rows.Kind(column))
        {
            case SqlKind.Integer: JsonText.WriteInteger(_keys, rows.Integer(column)); break;
            case SqlKind.Real: JsonText.WriteReal(_keys, rows.Real(column)); break;
            case SqlKind.Text: JsonText.WriteString(_keys, rows.Utf8(column)); break;
            default: _keys.Write("null"u8); break;
        }
    }
}
