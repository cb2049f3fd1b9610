using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>The forms in which all rows of a list leave while they are read.</summary>
internal enum StreamForm
{
    /// <summary>One JSON object in each line.</summary>
    Ndjson,

    /// <summary>RFC 4180 with a header line.</summary>
    Csv,
}

/// <summary>A checked read of all rows, or all groups, of a query.</summary>
/// <remarks>Lifetime: immutable. Exactly one of <see cref="Rows"/> and <see cref="Groups"/> is set.</remarks>
internal sealed record StreamPlan(StreamForm Form)
{
    public ReadPlan? Rows { get; init; }

    public GroupPlan? Groups { get; init; }

    /// <summary>The most rows; null: all.</summary>
    public int? Limit { get; init; }

    public int Offset { get; init; }

    /// <summary>The rows whose deprecated fields the answer shows.</summary>
    public ReadPlan Source => Rows ?? Groups?.Rows ?? throw new System.Diagnostics.UnreachableException();

    /// <summary>Plans a stream: a list without pages. <c>limit</c> and <c>offset</c> work, and have no upper
    /// bound.</summary>
    public static Result<StreamPlan> Plan(
        Entity entity, ListQuery query, StreamForm form, ApiLimits limits, DateTimeOffset now, Relation? parent = null)
    {
        var errors = new List<Error>();
        RefusePaging(query, form, errors);
        if (query.Limit is < 1)
            errors.Add(new Error(PlanErrors.Page, "limit must be at least 1") { Parameter = QueryNames.Limit });
        var plan = new StreamPlan(form) { Limit = query.Limit, Offset = query.Offset ?? 0 };
        var whole = query with
        {
            Limit = null, Offset = null, Page = null, Cursor = null, Count = null, Facets = [], Explain = false,
        };
        IReadOnlyList<Error> found;
        if (GroupPlanner.Handles(query))
        {
            if (GroupPlanner.Plan(entity, whole, limits, now, parent).TryGet(out var groups, out found))
                plan = plan with { Groups = groups };
        }
        else if (ReadPlanner.PlanList(entity, whole, limits, now, parent).TryGet(out var rows, out found))
        {
            plan = plan with { Rows = rows };
            RefuseMany(rows.Shape, form, errors);
        }

        errors.AddRange(found);
        return errors.Count > 0 ? errors : plan;
    }

    private static void RefusePaging(ListQuery query, StreamForm form, List<Error> errors)
    {
        Refuse(query.Page is not null, QueryNames.Page, "a stream has no pages: use limit and offset", errors);
        Refuse(query.Cursor is not null, QueryNames.Cursor, "a stream has no pages: it gives all rows at once", errors);
        Refuse(query.Count is not (null or CountMode.None), QueryNames.Count, "a stream does not count", errors);
        Refuse(!query.Facets.IsEmpty, QueryNames.Facets, "a stream has no place for facets", errors);
        Refuse(query.Explain, QueryNames.Explain, "explain answers with JSON: ask without .csv and .ndjson", errors);
        var marks = form == StreamForm.Csv && !query.Highlight.IsEmpty;
        Refuse(marks, QueryNames.Highlight, "CSV has no marks: use NDJSON", errors);
    }

    // Their rows would need a statement for each stretch of parents, while the client decides how fast those leave.
    private static void RefuseMany(ShapeNode shape, StreamForm form, List<Error> errors)
    {
        foreach (var member in shape.Members)
        {
            if (member is ShapeMember.One one) RefuseMany(one.Node, form, errors);
            if (member is not ShapeMember.Many many) continue;
            var name = form == StreamForm.Csv ? "CSV" : "NDJSON";
            var detail = $"{many.Name} is many rows, which {name} cannot hold: stream {many.Via.To.Name} instead";
            errors.Add(new Error(PlanErrors.NotSupported, detail) { Parameter = QueryNames.Embed });
        }
    }

    private static void Refuse(bool isGiven, string parameter, string detail, List<Error> errors)
    {
        if (isGiven) errors.Add(new Error(QueryErrors.Conflict, detail) { Parameter = parameter });
    }
}
