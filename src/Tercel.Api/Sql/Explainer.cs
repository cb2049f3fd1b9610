using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>Explains all statements of a query, warns of what grows with the table, and names the index that is
/// missing.</summary>
internal static class Explainer
{
    /// <summary>A list: its page, its count, its embeds, its facets.</summary>
    public static async ValueTask<Explanation> OfList(
        ISqlSession session, ReadPlan plan, int countEstimateRows, IReadOnlyList<FacetPlan> facets)
    {
        var list = new CompiledList(plan, countEstimateRows);
        var notes = new Notes();
        await notes.Add(session, "page", list.Page, plan, plan.Sort);
        if (plan.Count != CountMode.None) await notes.Add(session, "count", list.Count(), plan, []);
        await AddEmbeds(session, plan.Shape, list.Page.Layout, notes);
        foreach (var (name, facet) in facets)
            await notes.Add(session, $"facet {name}", GroupCompiler.CompilePage(facet), facet.Rows, []);
        return notes.Explanation;
    }

    /// <summary>Groups: the page and the count of them.</summary>
    public static async ValueTask<Explanation> OfGroups(ISqlSession session, GroupPlan plan)
    {
        var notes = new Notes();
        await notes.Add(session, "groups", GroupCompiler.CompilePage(plan), plan.Rows, []);
        if (plan.Count != CountMode.None)
            await notes.Add(session, "count", GroupCompiler.CompileCount(plan), plan.Rows, []);
        return notes.Explanation;
    }

    // The layout's embeds stand in the order in which the shape names them.
    private static async ValueTask AddEmbeds(ISqlSession session, ShapeNode shape, RowLayout layout, Notes notes)
    {
        var plans = new List<ShapeMember.Many>();
        Collect(shape, plans);
        for (var i = 0; i < plans.Count && i < layout.Embeds.Length; i++)
        {
            var read = layout.Embeds[i].Read;
            await notes.Add(session, $"embed {plans[i].Name}", read, plans[i].Plan, []);
            await AddEmbeds(session, plans[i].Plan.Shape, read.Layout, notes);
        }
    }

    private static void Collect(ShapeNode shape, List<ShapeMember.Many> plans)
    {
        foreach (var member in shape.Members)
        {
            if (member is ShapeMember.Many many) plans.Add(many);
            else if (member is ShapeMember.One one) Collect(one.Node, plans);
        }
    }

    // What was found so far.
    private sealed class Notes
    {
        private readonly List<ExplainedStatement> _statements = [];
        private readonly List<string> _warnings = [];
        private readonly List<string> _suggestions = [];

        public Explanation Explanation => new(_statements, _warnings, _suggestions);

        public async ValueTask Add(
            ISqlSession session, string purpose, CompiledStatement statement, ReadPlan rows,
            IReadOnlyList<SortKey> sort)
        {
            var explained = await PlanReader.Explain(session, purpose, statement);
            _statements.Add(explained);
            var steps = explained.Steps.SelectMany(s => s.All()).ToList();
            var sorts = sort.Count > 0 && steps.Exists(s => s.Kind == PlanStepKind.Sort);
            if (sorts) Warn($"{purpose}: all matching rows of {rows.Entity.Name} are sorted for each page");
            foreach (var step in steps) Look(step, purpose, rows, sort, sorts);
        }

        private void Look(PlanStep step, string purpose, ReadPlan rows, IReadOnlyList<SortKey> sort, bool sorts)
        {
            if (step.Table is not { } table) return;
            var isRoot = table == rows.Entity.Table && rows.Embedded is null;
            var isRead = step is { Kind: PlanStepKind.Scan, Index: null };
            if (step.Kind == PlanStepKind.AutomaticIndex || (isRead && !isRoot))
            {
                Warn($"{purpose}: every row of {table} is read to find the related ones");
                if (IndexAdvice.ForRelated(rows, table) is { } fields) Suggest(fields, table);
                return;
            }

            if (!isRoot) return;
            // Without conditions a page in the order of the key reads only its own rows.
            var reads = step is { Kind: PlanStepKind.Scan } && !rows.Conditions.IsEmpty;
            if (reads) Warn($"{purpose}: every row of {table} may be read to find the matching ones");
            if ((reads || sorts) && IndexAdvice.For(rows, sort) is { } index) Suggest(index, table);
        }

        private void Warn(string text)
        {
            if (!_warnings.Contains(text)) _warnings.Add(text);
        }

        private void Suggest(string fields, string table)
        {
            var text = $"add index ({fields}) to {table}";
            if (!_suggestions.Contains(text)) _suggestions.Add(text);
        }
    }
}
