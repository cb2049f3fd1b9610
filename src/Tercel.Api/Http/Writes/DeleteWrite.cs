using Tercel.Api.Writing;
using Tercel.Data;

namespace Tercel.Api.Http.Writes;

/// <summary>DELETE of one row.</summary>
internal sealed class DeleteWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly WriteCall _call;
    private readonly RowView _view;

    private DeleteWrite(WriteServices services, WriteCall call, RowView view)
    {
        _services = services;
        _call = call;
        _view = view;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, WriteCall call)
    {
        if (!WriteParameters.ForRows(call.Query, services.QueryLimits).TryGet(out var parameters, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        if (!services.Views.Plan(call.Entity, parameters.Query, call.Now).TryGet(out var view, out wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        return (new DeleteWrite(services, call, view), null);
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        var key = _call.Key ?? [];
        var check = await Preconditions.Check(session, _services.Views, _view, _call, hasVersion: false);
        if (check.Refusal is { } refusal) return WriteAnswer.Refused(refusal);
        // The row is shown as it was: afterwards there is nothing to show.
        using var output = new RowOutput(_services.Views, _view, _services.Limits.PageBytesMax);
        var shows = _call.Prefer.Minimal == false;
        if (shows) await output.Row(session, key);
        var outcome = await _services.Runner.Delete(session, _call.Entity, key, _call.Now);
        if (outcome.Refusal is { } wrong) return WriteAnswer.Refused(wrong);
        return shows ? output.Answer(200) : new WriteAnswer(204, default);
    }
}
