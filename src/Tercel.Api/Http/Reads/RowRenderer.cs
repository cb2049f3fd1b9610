using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Reads one row by its key as JSON; reads and writes show rows through it.</summary>
internal static class RowRenderer
{
    /// <summary>Plans how a row is shown: of the query only fields and embed count.</summary>
    public static Result<CompiledRow> Prepare(Entity entity, ListQuery selection, ApiLimits limits, DateTimeOffset now)
    {
        if (!ReadPlanner.PlanRow(entity, selection, limits, now).TryGet(out var plan, out var errors))
            return errors.ToList();
        return new CompiledRow(plan, ReadCompiler.CompileRow(plan));
    }

    /// <summary>Writes the row as a JSON object.</summary>
    public static ValueTask<ReadOutcome> Render(
        ISqlSession session, CompiledRow row, ReadInputs inputs, Utf8Buffer into) =>
        PageReader.Row(session, row.Read, inputs, into);

    /// <summary>True when the row that the request's key names is there.</summary>
    public static async ValueTask<bool> Exists(ISqlSession session, Entity entity, RequestContext request)
    {
        var nothing = new ListQuery { Fields = new Selection(false, [new FieldPath([entity.Key[0].Name])], []) };
        var limits = request.Snapshot.Limits;
        // The key of an entity is always visible, so that planning it cannot fail.
        var isPlanned = Prepare(entity, nothing, limits, request.Now).TryGet(out var row, out _);
        Invariant.Holds(isPlanned && row is not null);
        using var scratch = Utf8Buffer.Rent(limits.PageBytesMax);
        var inputs = new ReadInputs { Now = request.Now, Limits = limits, Key = request.Key };
        return await Render(session, row, inputs, scratch) == ReadOutcome.Ok;
    }
}
