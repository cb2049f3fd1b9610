using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>POST of one row or of many, plain or as an upsert.</summary>
internal sealed class CreateWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly WriteCall _call;
    private readonly WriteParameters _parameters;
    private readonly RowView _view;
    private readonly List<(RowWrite? Row, IReadOnlyList<Error> Errors)> _rows;
    private readonly bool _many;

    private CreateWrite(
        WriteServices services, WriteCall call, WriteParameters parameters, RowView view,
        List<(RowWrite? Row, IReadOnlyList<Error> Errors)> rows)
    {
        _services = services;
        _call = call;
        _parameters = parameters;
        _view = view;
        _rows = rows;
        _many = call.Body.Kind == BodyKind.Array;
    }

    private bool Minimal => _call.Prefer.Minimal == true;

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, WriteCall call)
    {
        if (!WriteParameters.ForCreate(call.Query, call.Entity, services.QueryLimits).TryGet(out var parameters,
            out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (!services.Views.Plan(call.Entity, parameters.Query, call.Now).TryGet(out var view, out wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        var validator = services.Validator(call);
        var rows = new List<(RowWrite?, IReadOnlyList<Error>)>();
        if (call.Body.Kind != BodyKind.Array)
        {
            if (!validator.ReadOne(call.Body, call.Entity, WriteMode.Create).TryGet(out var row, out wrong))
                return (null, new WriteRefusal(RefusalKind.Validation, wrong));
            rows.Add((row, []));
            return (new CreateWrite(services, call, parameters, view, rows), null);
        }

        if (call.Body.Count > services.Limits.BulkRowsMax)
            return (null, TooMany(services.Limits.BulkRowsMax));
        foreach (var item in call.Body)
        {
            var before = validator.Errors.Count;
            var row = validator.ReadItem(item, call.Entity, WriteMode.Create, rows.Count);
            rows.Add((row, row is null ? [.. validator.Errors.Skip(before)] : []));
        }

        if (parameters.Atomic && validator.Errors.Count > 0)
            return (null, new WriteRefusal(RefusalKind.Validation, validator.Errors));
        return (new CreateWrite(services, call, parameters, view, rows), null);
    }

    public static WriteRefusal TooMany(int max) => new(
        RefusalKind.Validation,
        new Error(WriteErrors.TooManyRows, $"at most {max} rows in one request (bulk.rows_max)") { Pointer = "#" });

    public override ValueTask<WriteAnswer> Run(IWriteSession session) =>
        !_many ? RunOne(session) : _parameters.Atomic ? RunAll(session) : RunEach(session);

    private async ValueTask<WriteOutcome> Write(IWriteSession session, RowWrite row)
    {
        var outcome = _parameters.Conflict is { } target
            ? await _services.Runner.Upsert(session, row, target)
            : await _services.Runner.Create(session, row);
        // If-None-Match: * says that the row must be new.
        if (outcome.Refusal is not null || outcome.Created || _call.IfNoneMatch.Count == 0) return outcome;
        return WriteOutcome.Refused(RefusalKind.Stale,
            new Error(WriteErrors.Stale, "the row exists already") { Header = "If-None-Match" });
    }

    private async ValueTask<WriteAnswer> RunOne(IWriteSession session)
    {
        var row = _rows[0].Row ?? throw new BrokenInvariantException("a row without mistakes");
        var outcome = await Write(session, row);
        if (outcome.Refusal is { } refusal) return WriteAnswer.Refused(refusal);
        var key = outcome.Key ?? [];
        var location = RowOutput.Location(_services.Model, _call.Entity, key);
        var status = outcome.Created ? 201 : 200;
        if (Minimal) return new WriteAnswer(outcome.Created ? 201 : 204, default) { Location = location };
        using var output = new RowOutput(_services.Views, _view, _services.Limits.PageBytesMax);
        var tag = await output.Row(session, key);
        return output.Answer(status, tag, outcome.Created ? location : null);
    }

    private async ValueTask<WriteAnswer> RunAll(IWriteSession session)
    {
        var keys = new List<SqlValue[]>(_rows.Count);
        var created = false;
        foreach (var (row, _) in _rows)
        {
            var outcome = await Write(session, row ?? throw new BrokenInvariantException("a row without mistakes"));
            if (outcome.Refusal is { } refusal) return WriteAnswer.Refused(refusal);
            keys.Add(outcome.Key ?? []);
            created |= outcome.Created;
        }

        var status = created || keys.Count == 0 ? 201 : 200;
        return Minimal ? new WriteAnswer(status, default) : await Many.Rows(session, _services, _view, keys, status);
    }

    // Each row in a savepoint of its own; the answer tells about each.
    private async ValueTask<WriteAnswer> RunEach(IWriteSession session)
    {
        using var output = new RowOutput(_services.Views, _view, _services.Limits.PageBytesMax);
        output.Text("{\"results\":[");
        for (var i = 0; i < _rows.Count; i++)
        {
            if (i > 0) output.Text(",");
            var (row, errors) = _rows[i];
            if (row is null) WriteProblems.WriteItem(output.Buffer, new WriteRefusal(RefusalKind.Validation, errors));
            else await RunItem(session, row, output);
        }

        output.Text("]}");
        return output.Answer(207);
    }

    private async ValueTask RunItem(IWriteSession session, RowWrite row, RowOutput output)
    {
        await session.Savepoint();
        var outcome = await Write(session, row);
        await session.EndSavepoint(keep: outcome.Refusal is null);
        if (outcome.Refusal is { } refusal)
        {
            WriteProblems.WriteItem(output.Buffer, refusal);
            return;
        }

        output.Text(outcome.Created ? "{\"status\":201" : "{\"status\":200");
        if (!Minimal)
        {
            output.Text(",\"body\":");
            await output.Row(session, outcome.Key ?? []);
        }

        output.Text("}");
    }
}
