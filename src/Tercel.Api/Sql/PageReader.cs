using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>What a page turned out to be.</summary>
internal enum ReadOutcome
{
    Ok,

    /// <summary>A value of the request does not fit its parameter: plan the request again to learn why.</summary>
    BadValue,

    /// <summary>The JSON would pass <c>page.bytes_max</c>.</summary>
    TooLarge,

    /// <summary>The embeds have more rows than <c>page.embed_rows_max</c>.</summary>
    TooManyEmbedded,

    /// <summary>There is no such row.</summary>
    NotFound,
}

/// <summary>The rows of a page as far as its links need to know.</summary>
/// <remarks>Shape: <c>default</c> is an empty page.</remarks>
internal struct PageRows
{
    /// <summary>Rows written.</summary>
    public int Count;

    /// <summary>More rows follow in the direction of reading.</summary>
    public bool HasMore;

    /// <summary>Sort values of the first and the last row; null when the page is empty or has no cursors.</summary>
    public SqlValue[]? First;
    public SqlValue[]? Last;
}

/// <summary>Runs compiled reads and writes their rows as JSON: first the rows, then one statement for each to-many
/// embed.</summary>
internal static class PageReader
{
    private const int ParametersOnStack = 16;

    /// <summary>Writes one row as a JSON object.</summary>
    public static async ValueTask<ReadOutcome> Row(
        ISqlSession session, CompiledRead read, ReadInputs inputs, Utf8Buffer into)
    {
        using var level = read.Layout.Embeds.Length > 0 ? new EmbedLevel(read.Layout, into.BytesMax) : null;
        var text = level?.Text ?? into;
        if (await Run(session, read, inputs).ConfigureAwait(false) is not { } rows) return ReadOutcome.BadValue;
        using (rows)
        {
            if (!await rows.Next().ConfigureAwait(false)) return ReadOutcome.NotFound;
            if (read.VersionColumn >= 0) inputs.Version = rows.Integer(read.VersionColumn);
            RowJsonWriter.Write(text, rows, read.Layout, level);
        }

        return level is null ? Outcome(into) : await Fill(session, level, inputs, into).ConfigureAwait(false);
    }

    /// <summary>Writes a page's rows as a JSON array. The inputs' limit is one more than the page's rows.</summary>
    public static async ValueTask<(ReadOutcome Outcome, PageRows Page)> Page(
        ISqlSession session, CompiledRead read, ReadInputs inputs, Utf8Buffer into)
    {
        using var level = read.Layout.Embeds.Length > 0 ? new EmbedLevel(read.Layout, into.BytesMax) : null;
        var text = level?.Text ?? into;
        if (await Run(session, read, inputs).ConfigureAwait(false) is not { } rows)
            return (ReadOutcome.BadValue, default);
        PageRows page;
        // Only a page behind a cursor links back, so that only then the first row's values are kept.
        var keepsFirst = inputs.Cursor.Count > 0;
        using (rows) page = await WriteRows(rows, read, (int)inputs.Limit - 1, keepsFirst, text, level).ConfigureAwait(
            false);
        var outcome = level is null ? Outcome(into) : await Fill(session, level, inputs, into).ConfigureAwait(false);
        return (outcome, page);
    }

    /// <summary>The only value of a statement's only row, such as a count; 0 when there is none.</summary>
    public static async ValueTask<long?> Scalar(ISqlSession session, CompiledStatement statement, ReadInputs inputs)
    {
        if (await Run(session, statement, inputs).ConfigureAwait(false) is not { } rows) return null;
        using (rows) return await rows.Next().ConfigureAwait(false) ? rows.Integer(0) : 0;
    }

    /// <summary>Binds the parameters and runs; null when a value of the request does not fit.</summary>
    public static ValueTask<SqlRows?> Run(ISqlSession session, CompiledStatement statement, ReadInputs inputs)
    {
        var count = statement.Parameters.Length;
        var space = default(ParameterSpace);
        Span<SqlValue> values = count <= ParametersOnStack ? space : new SqlValue[count];
        values = values[..count];
        return inputs.TryFill(statement.Parameters, values) ? Started(session.Query(statement.Sql, values)) : default;
    }

    private static ValueTask<SqlRows?> Started(ValueTask<SqlRows> query) =>
        query.IsCompletedSuccessfully ? new ValueTask<SqlRows?>(query.Result) : Await(query);

    private static async ValueTask<SqlRows?> Await(ValueTask<SqlRows> query) => await query.ConfigureAwait(false);

    private static async ValueTask<PageRows> WriteRows(
        SqlRows rows, CompiledRead read, int rowsMax, bool keepsFirst, Utf8Buffer text, EmbedLevel? level)
    {
        var page = default(PageRows);
        text.WriteByte((byte)'[');
        while (await rows.Next().ConfigureAwait(false))
        {
            if (page is { Count: 0, HasMore: false } && read.CountColumn >= 0
                && rows.Integer(read.CountColumn) > rowsMax)
            {
                // Read backwards, the row too many is the one in front.
                page.HasMore = true;
                continue;
            }

            if (page.Count == rowsMax)
            {
                page.HasMore = true;
                break;
            }

            if (page.Count > 0) text.WriteByte((byte)',');
            RowJsonWriter.Write(text, rows, read.Layout, level);
            page.Count++;
            if (text.Overflowed) break;
            if (read.SortColumns.Length == 0) continue;
            if (keepsFirst && page.Count == 1) page.First = Copy(rows, read.SortColumns);
            if (page.Count == rowsMax || read.CountColumn >= 0) page.Last = Copy(rows, read.SortColumns);
        }

        text.WriteByte((byte)']');
        return page;
    }

    private static SqlValue[] Copy(SqlRows rows, int[] columns)
    {
        var values = new SqlValue[columns.Length];
        for (var i = 0; i < columns.Length; i++) values[i] = rows.Value(columns[i]);
        return values;
    }

    private static async ValueTask<ReadOutcome> Fill(
        ISqlSession session, EmbedLevel level, ReadInputs inputs, Utf8Buffer into)
    {
        var outcome = await ReadEmbeds(session, level, inputs).ConfigureAwait(false);
        if (outcome != ReadOutcome.Ok) return outcome;
        level.WriteFilled(into, 0, level.Text.Count);
        return Outcome(into);
    }

    private static async ValueTask<ReadOutcome> ReadEmbeds(ISqlSession session, EmbedLevel level, ReadInputs inputs)
    {
        if (level.Text.Overflowed) return ReadOutcome.TooLarge;
        foreach (var embed in level.Embeds)
        {
            if (embed.ParentCount == 0) continue;
            inputs.ParentKeys = embed.TakeKeys();
            inputs.Limit = inputs.Limits.EmbedRowsMax + 1;
            if (await Run(session, embed.Layout.Read, inputs).ConfigureAwait(false) is not { } rows)
                return ReadOutcome.BadValue;
            EmbedLevel children;
            using (rows) children = await WriteEmbedded(rows, embed, inputs.Limits.EmbedRowsMax).ConfigureAwait(false);
            if (children.RowCount > inputs.Limits.EmbedRowsMax) return ReadOutcome.TooManyEmbedded;
            var outcome = await ReadEmbeds(session, children, inputs).ConfigureAwait(false);
            if (outcome != ReadOutcome.Ok) return outcome;
        }

        return ReadOutcome.Ok;
    }

    // Rows come ordered by their parent's position: each parent's rows stand together in the text.
    private static async ValueTask<EmbedLevel> WriteEmbedded(SqlRows rows, Embed embed, int rowsMax)
    {
        var level = embed.StartRows();
        var (parent, start) = (-1, 0);
        while (await rows.Next().ConfigureAwait(false) && ++level.RowCount <= rowsMax && !level.Text.Overflowed)
        {
            var owner = (int)rows.Integer(0);
            if (owner != parent)
            {
                if (parent >= 0) embed.SetArray(parent, start, level.Text.Count - start);
                (parent, start) = (owner, level.Text.Count);
            }
            else
            {
                level.Text.WriteByte((byte)',');
            }

            RowJsonWriter.Write(level.Text, rows, level.Layout, level);
        }

        if (parent >= 0) embed.SetArray(parent, start, level.Text.Count - start);
        return level;
    }

    private static ReadOutcome Outcome(Utf8Buffer into) => into.Overflowed ? ReadOutcome.TooLarge : ReadOutcome.Ok;

    [System.Runtime.CompilerServices.InlineArray(ParametersOnStack)]
    private struct ParameterSpace
    {
        private SqlValue _first;
    }
}
