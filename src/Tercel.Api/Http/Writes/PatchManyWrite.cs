using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>PATCH of rows that the body names by key, each with values of its own; all or nothing.</summary>
internal sealed class PatchManyWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly WriteCall _call;
    private readonly RowView _view;
    private readonly List<RowWrite> _rows;

    private PatchManyWrite(WriteServices services, WriteCall call, RowView view, List<RowWrite> rows)
    {
        _services = services;
        _call = call;
        _view = view;
        _rows = rows;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, WriteCall call)
    {
        if (!WriteParameters.ForRows(call.Query, services.QueryLimits).TryGet(out var parameters, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (!services.Views.Plan(call.Entity, parameters.Query, call.Now).TryGet(out var view, out wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (call.Body.Count > services.Limits.BulkRowsMax)
            return (null, CreateWrite.TooMany(services.Limits.BulkRowsMax));
        var validator = services.Validator(call, keyInBody: true);
        var rows = new List<RowWrite>();
        var errors = new List<Error>();
        var index = 0;
        foreach (var item in call.Body)
            if (validator.ReadItem(item, call.Entity, WriteMode.Patch, index++) is { } row) rows.Add(row);
        errors.AddRange(validator.Errors);
        errors.AddRange(Twice(rows));
        if (errors.Count > 0) return (null, new WriteRefusal(RefusalKind.Validation, errors));
        var blind = call.Entity.RequireIfMatch ? rows.Find(r => r.ExpectedVersion is null) : null;
        if (blind is null) return (new PatchManyWrite(services, call, view, rows), null);
        var detail = $"rows of {call.Entity.Name} are changed one by one with If-Match, or here with their version";
        var error = new Error(WriteErrors.PreconditionRequired, detail) { Pointer = blind.Path.ToString() };
        return (null, new WriteRefusal(RefusalKind.PreconditionRequired, error));
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        var keys = new List<SqlValue[]>(_rows.Count);
        foreach (var row in _rows)
        {
            var key = KeyOf(row);
            var outcome = await _services.Runner.Patch(session, row, key);
            if (outcome.Refusal is { } refusal) return WriteAnswer.Refused(At(refusal, row));
            keys.Add(key);
        }

        return await Many.Answer(session, _services, _view, keys, _call.Prefer.Minimal);
    }

    // What concerns a whole row points to its place in the body.
    private static WriteRefusal At(WriteRefusal refusal, RowWrite row) => refusal with
    {
        Errors = [.. refusal.Errors.Select(e => e.Pointer is null ? e with { Pointer = row.Path.ToString() } : e)],
    };

    private static SqlValue[] KeyOf(RowWrite row) => [.. row.Entity.Key.Select(f => row.Values[f.Ordinal])];

    private static IEnumerable<Error> Twice(List<RowWrite> rows)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (seen.Add(string.Join('\0', KeyOf(row).Select(k => k.ToString())))) continue;
            yield return new Error(WriteErrors.DuplicateRow,
                "the same row is given twice") { Pointer = row.Path.ToString() };
        }
    }
}
