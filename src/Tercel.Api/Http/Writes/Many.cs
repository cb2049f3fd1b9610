using Tercel.Data;

namespace Tercel.Api.Http.Writes;

/// <summary>Answers of writes that concern several rows.</summary>
internal static class Many
{
    /// <summary>The rows as an array; or just their number when nothing is preferred, or nothing.</summary>
    public static async ValueTask<WriteAnswer> Answer(
        IWriteSession session, WriteServices services, RowView view, List<SqlValue[]> keys, bool? minimal)
    {
        if (minimal == true) return new WriteAnswer(204, default);
        if (minimal is null) return new WriteAnswer(200, RowOutput.Affected(keys.Count));
        return await Rows(session, services, view, keys, 200);
    }

    /// <summary>The rows as an array.</summary>
    public static async ValueTask<WriteAnswer> Rows(
        IWriteSession session, WriteServices services, RowView view, List<SqlValue[]> keys, int status)
    {
        using var output = new RowOutput(services.Views, view, services.Limits.PageBytesMax);
        output.Text("[");
        foreach (var key in keys)
        {
            await output.Item(session, key);
            if (output.Overflowed) break;
        }

        output.Text("]");
        return output.Answer(status);
    }
}
