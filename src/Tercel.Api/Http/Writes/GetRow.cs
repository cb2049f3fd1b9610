using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>GET of one row inside a batch: what the operations before it have made of it.</summary>
internal sealed class GetRow : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly BatchTarget _target;
    private readonly RowView _view;
    private readonly SqlValue[] _key;

    private GetRow(WriteServices services, BatchTarget target, RowView view, SqlValue[] key)
    {
        _services = services;
        _target = target;
        _view = view;
        _key = key;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(
        WriteServices services, BatchTarget target, SqlValue[] key, DateTimeOffset now)
    {
        if (WriteParameters.ForRows(target.Query, services.QueryLimits).TryGet(out var parameters, out var wrong)
            && services.Views.Plan(target.Entity, parameters.Query, now).TryGet(out var view, out wrong))
            return (new GetRow(services, target, view, key), null);
        return (null, new WriteRefusal(RefusalKind.Query, wrong));
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        using var output = new RowOutput(_services.Views, _view, _services.Limits.PageBytesMax);
        var tag = await output.Row(session, _key);
        return tag is null
            ? WriteAnswer.Refused(WriteRunner.NotFound(_target.Entity, _key).Refusal
                ?? throw new BrokenInvariantException("not found"))
            : output.Answer(200, tag);
    }
}
