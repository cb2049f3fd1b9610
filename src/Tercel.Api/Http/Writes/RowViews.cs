using System.Collections.Concurrent;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>How the answer shows a row: the statement that reads it, ready to run.</summary>
internal sealed record RowView(Entity Entity, CompiledRead Read, DateTimeOffset Now);

/// <summary>Shows rows inside a write as GET shows them, and computes their tags.</summary>
/// <remarks>Lifetime: one model. Thread: any.</remarks>
internal sealed class RowViews(ApiLimits limits)
{
    private readonly ApiLimits _limits = limits;

    // The shape that most writes ask for: all fields, nothing embedded. One for each entity.
    private readonly ConcurrentDictionary<Entity, CompiledRead> _plain = new();

    /// <summary>Plans what fields= and embed= ask for.</summary>
    public Result<RowView> Plan(Entity entity, ListQuery query, DateTimeOffset now)
    {
        var shape = new ListQuery { Fields = query.Fields, Embed = query.Embed, Parameters = query.Parameters };
        var isPlain = shape.Fields is null && shape.Embed.IsEmpty;
        if (isPlain && _plain.TryGetValue(entity, out var known)) return new RowView(entity, known, now);
        if (!ReadPlanner.PlanRow(entity, shape, _limits, now).TryGet(out var plan, out var errors))
            return errors.ToList();
        var read = ReadCompiler.CompileRow(plan);
        if (isPlain) _plain.TryAdd(entity, read);
        return new RowView(entity, read, now);
    }

    /// <summary>Writes the row and gives its tag; null when there is no such row.</summary>
    public async ValueTask<string?> Render(ISqlSession session, RowView view, SqlValue[] key, Utf8Buffer into)
    {
        var start = into.Count;
        var inputs = new ReadInputs { Now = view.Now, Limits = _limits, Key = key };
        var outcome = await PageReader.Row(session, view.Read, inputs, into);
        if (outcome == ReadOutcome.NotFound) return null;
        Invariant.Holds(outcome != ReadOutcome.BadValue);
        // More embedded rows than allowed, or too many bytes: the answer as a whole is too large.
        if (outcome != ReadOutcome.Ok) into.Advance(into.BytesMax - into.Count);
        return BodyTag.OfRow(into.Written[start..], inputs.Version);
    }

    /// <summary>The tag that GET of the row gives; null when there is no such row.</summary>
    public async ValueTask<string?> Tag(ISqlSession session, RowView view, SqlValue[] key)
    {
        using var scratch = Utf8Buffer.Rent(_limits.PageBytesMax);
        return await Render(session, view, key, scratch);
    }
}
