using Tercel.Api.Model;
using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;

namespace Tercel.Api.Http.Writes;

/// <summary>PATCH and PUT of one row.</summary>
internal sealed class ChangeWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly WriteCall _call;
    private readonly RowView _view;
    private readonly RowWrite _row;
    private readonly SqlValue[] _key;

    private ChangeWrite(WriteServices services, WriteCall call, RowView view, RowWrite row, SqlValue[] key)
    {
        _services = services;
        _call = call;
        _view = view;
        _row = row;
        _key = key;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, WriteCall call)
    {
        if (!WriteParameters.ForRows(call.Query, services.QueryLimits).TryGet(out var parameters, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (!services.Views.Plan(call.Entity, parameters.Query, call.Now).TryGet(out var view, out wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        var mode = call.Method == WriteMethod.Put ? WriteMode.Replace : WriteMode.Patch;
        if (!services.Validator(call).ReadOne(call.Body, call.Entity, mode).TryGet(out var row, out wrong))
            return (null, new WriteRefusal(RefusalKind.Validation, wrong));
        return (new ChangeWrite(services, call, view, row, call.Key ?? []), null);
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        var isPut = _call.Method == WriteMethod.Put;
        var hasVersion = _row.ExpectedVersion is not null;
        var check = await Preconditions.Check(session, _services.Views, _view, _call, hasVersion);
        if (check.Refusal is { } refusal) return WriteAnswer.Refused(refusal);
        WriteOutcome outcome;
        if (isPut && !check.Exists && MayCreate(_call.Entity)) outcome = await _services.Runner.Create(session, _row);
        else if (!check.Exists) outcome = WriteRunner.NotFound(_call.Entity, _key);
        else if (isPut) outcome = await _services.Runner.Replace(session, _row, _key);
        else outcome = await _services.Runner.Patch(session, _row, _key);
        if (outcome.Refusal is { } wrong) return WriteAnswer.Refused(wrong with { CurrentTag = check.Tag });

        var location = outcome.Created ? RowOutput.Location(_services.Model, _call.Entity, _key) : null;
        if (_call.Prefer.Minimal == true)
            return new WriteAnswer(outcome.Created ? 201 : 204, default) { Location = location };
        using var output = new RowOutput(_services.Views, _view, _services.Limits.PageBytesMax);
        var tag = await output.Row(session, _key);
        return output.Answer(outcome.Created ? 201 : 200, tag, location);
    }

    // Keys that the database numbers are not for clients to choose here.
    private static bool MayCreate(Entity entity) => !entity.Key.Any(f => f.AutoIncrement);
}
