using Tercel.Api.Http.Reads;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>GET of a page of rows inside a batch: what the operations before it have made of them.</summary>
internal sealed class GetList : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly ListCall _call;

    private GetList(WriteServices services, ListCall call)
    {
        _services = services;
        _call = call;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(WriteServices services, BatchTarget target,
        DateTimeOffset now)
    {
        var text = target.Query.TrimStart('?');
        if (!QueryReader.ReadList(text, services.QueryLimits).TryGet(out var query, out var wrong)
            || !Plain(query).TryGet(out query, out wrong)
            || !ReadPlanner.PlanList(target.Entity, query, services.Limits, now).TryGet(out var plan, out wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        var inputs = new ReadInputs { Now = now, Limits = services.Limits, Slots = new QueryTexts(text) };
        var list = new CompiledList(plan, services.Limits.CountEstimateRows);
        var call = new ListCall(list, PageRange.Of(plan, query), inputs, query)
        {
            Path = $"/{services.Model.Version}/{Uri.EscapeDataString(target.Entity.Name)}", QueryText = text,
        };
        return (new GetList(services, call), null);
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        using var output = Utf8Buffer.Rent(_services.Limits.PageBytesMax);
        using var reading = new ReadInsideWrite(session);
        var answer = await ListRunner.Run(reading, _call, _services.CursorSecret, output);
        if (answer.BadCursor)
        {
            var detail = "the cursor is damaged, or belongs to another list, sort or filter";
            return WriteAnswer.Refused(RefusalKind.Query,
                new Error(PlanErrors.Cursor, detail) { Parameter = "cursor" });
        }

        if (answer.Outcome == ReadOutcome.Ok) return new WriteAnswer(200, output.Written.ToArray());
        return WriteAnswer.Refused(RefusalKind.Query, new Error(
            WriteErrors.AnswerTooLarge, "the list has more rows or bytes than an answer may have (page.bytes_max)"));
    }

    private static Result<ListQuery> Plain(ListQuery query)
    {
        var part = query.Explain ? "explain" : !query.Facets.IsEmpty ? "facets" : !query.Distinct.IsEmpty ? "distinct"
            : !query.Group.IsEmpty ? "group" : !query.Aggregates.IsEmpty ? "agg" : null;
        if (part is null) return query;
        return new Error(PlanErrors.NotSupported, $"{part} is not supported inside a batch") { Parameter = part };
    }

    // A write transaction sees one state of the database anyway, its own changes included.
    private sealed class ReadInsideWrite(IWriteSession session) : IReadSession
    {
        private readonly IWriteSession _session = session;

        public ValueTask<SqlRows> Query(SqlText sql, ReadOnlySpan<SqlValue> parameters) =>
            _session.Query(sql, parameters);

        public ValueTask BeginSnapshot() => default;

        public void Dispose()
        {
        }
    }
}
