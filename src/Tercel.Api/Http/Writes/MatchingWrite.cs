using System.Globalization;
using Tercel.Api.Planning;
using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>PATCH and DELETE of all rows that a filter matches, guarded by <c>max</c>.</summary>
/// <remarks>The keys are read first, one more than allowed, so that a filter that matches too much changes nothing;
/// then each row is written on its own, so that rules, children and versions work as for one row.</remarks>
internal sealed class MatchingWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly WriteCall _call;
    private readonly RowView _view;
    private readonly MatchingKeys _keys;
    private readonly int _rowsMax;

    private MatchingWrite(WriteServices services, WriteCall call, RowView view, MatchingKeys keys, int rowsMax)
    {
        _services = services;
        _call = call;
        _view = view;
        _keys = keys;
        _rowsMax = rowsMax;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, WriteCall call)
    {
        var errors = new List<Error>();
        var limits = services.Limits;
        if (!WriteParameters.ForMatching(call.Query, services.QueryLimits,
            limits.WriteRowsMax).TryGet(out var parameters, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (!services.Views.Plan(call.Entity, parameters.Query, call.Now).TryGet(out var view, out wrong))
            errors.AddRange(wrong);
        var filter = parameters.Query with { Fields = null, Embed = [] };
        if (!ReadPlanner.PlanList(call.Entity, filter, limits, call.Now).TryGet(out var plan, out wrong))
            errors.AddRange(wrong);
        if (errors.Count > 0 || view is null || plan is null)
            return (null, new WriteRefusal(RefusalKind.Query, errors));
        // Validated here for the answer, and again for each row, since a row's values are its own.
        if (call.Method == WriteMethod.Patch
            && !services.Validator(call).ReadOne(call.Body, call.Entity, WriteMode.Patch).TryGet(out _, out wrong))
            return (null, new WriteRefusal(RefusalKind.Validation, wrong));
        var keys = new MatchingKeys(plan, parameters.RowsMax + 1, call.Now);
        return (new MatchingWrite(services, call, view, keys, parameters.RowsMax), null);
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        var keys = await _keys.Read(session);
        if (keys.Count > _rowsMax)
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"the filter matches more than {_rowsMax} rows");
            var error = new Error(WriteErrors.MaxExceeded, detail) { Parameter = "max",
                Params = WriteReader.Param("max", _rowsMax) };
            return WriteAnswer.Refused(RefusalKind.Conflict, error);
        }

        return _call.Method == WriteMethod.Delete ? await Delete(session, keys) : await Patch(session, keys);
    }

    private async ValueTask<WriteAnswer> Patch(IWriteSession session, List<SqlValue[]> keys)
    {
        foreach (var key in keys)
        {
            var valid = _services.Validator(_call).ReadOne(_call.Body, _call.Entity,
                WriteMode.Patch).TryGet(out var row, out _);
            Invariant.Holds(valid && row is not null);
            var outcome = await _services.Runner.Patch(session, row, key);
            if (outcome.Refusal is { } refusal) return WriteAnswer.Refused(refusal);
        }

        return await Many.Answer(session, _services, _view, keys, _call.Prefer.Minimal);
    }

    private async ValueTask<WriteAnswer> Delete(IWriteSession session, List<SqlValue[]> keys)
    {
        var answer = await Many.Answer(session, _services, _view, keys, _call.Prefer.Minimal);
        foreach (var key in keys)
        {
            var outcome = await _services.Runner.Delete(session, _call.Entity, key, _call.Now);
            // A row that an earlier one took with it (cascade) is gone as it should be.
            if (outcome.Refusal is { Kind: not RefusalKind.NotFound } refusal) return WriteAnswer.Refused(refusal);
        }

        return answer;
    }
}
