using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Writes the rows of an answer inside the transaction, so that they are what a GET right after it
/// shows.</summary>
/// <remarks>Lifetime: one write. The bytes are copied out at the end, since the answer outlives the
/// transaction.</remarks>
internal sealed class RowOutput(RowViews views, RowView view, int bytesMax) : IDisposable
{
    private readonly RowViews _views = views;
    private readonly RowView _view = view;
    private readonly Utf8Buffer _buffer = Utf8Buffer.Rent(bytesMax);
    private int _rows;

    public Utf8Buffer Buffer => _buffer;

    /// <summary>True when the answer would pass <c>page.bytes_max</c>.</summary>
    public bool Overflowed => _buffer.Overflowed;

    /// <summary>Writes one row and gives its tag; null when the row is not there (a rule of the database removed
    /// it).</summary>
    public ValueTask<string?> Row(IWriteSession session, SqlValue[] key) => _views.Render(session, _view, key, _buffer);

    /// <summary>Writes one row of a list.</summary>
    public async ValueTask Item(IWriteSession session, SqlValue[] key)
    {
        if (_rows++ > 0) _buffer.WriteByte((byte)',');
        if (await Row(session, key) is null) _buffer.Write("null"u8);
    }

    public void Text(string text) => _buffer.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>The finished answer, or the refusal of one that is too large.</summary>
    public WriteAnswer Answer(int status, string? tag = null, string? location = null)
    {
        if (_buffer.Overflowed)
        {
            var detail = $"the answer would be larger than {_buffer.BytesMax} bytes (page.bytes_max);"
                + " send Prefer: return=minimal";
            return WriteAnswer.Refused(RefusalKind.Query, new Error(WriteErrors.AnswerTooLarge, detail));
        }

        return new WriteAnswer(status, _buffer.Written.ToArray()) { Tag = tag, Location = location };
    }

    /// <summary>The URL of a row: <c>/v1/order_lines/7,2</c>.</summary>
    public static string Location(ApiModel model, Entity entity, SqlValue[] key)
    {
        var parts = new string[key.Length];
        for (var i = 0; i < key.Length; i++)
            parts[i] = Uri.EscapeDataString(ValueText.Write(key[i], entity.Key[i].Type));
        return $"/{model.Version}/{Uri.EscapeDataString(entity.Name)}/{string.Join(',', parts)}";
    }

    public void Dispose() => _buffer.Dispose();

    /// <summary><c>{"affected":3}</c>, for answers without rows.</summary>
    public static byte[] Affected(int count) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"affected\":{count}}}"));
}
