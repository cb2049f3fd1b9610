using System.Text;
using Tercel.Api.Planning;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>The statement of a stream, and how its rows are written.</summary>
/// <remarks>Lifetime: immutable. Thread: any.</remarks>
internal sealed class CompiledStream
{
    private CompiledStream(StreamPlan plan, CompiledRead read)
    {
        Plan = plan;
        Read = read;
        Header = plan.Form == StreamForm.Csv ? HeaderOf(plan) : [];
    }

    public StreamPlan Plan { get; }

    public CompiledRead Read { get; }

    /// <summary>The bytes before the first row: the names of CSV's columns.</summary>
    public byte[] Header { get; }

    public static CompiledStream Compile(StreamPlan plan)
    {
        var isPart = plan.Limit is not null || plan.Offset > 0;
        if (plan.Groups is { } groups)
            return new(plan, isPart ? GroupCompiler.CompilePage(groups) : GroupCompiler.CompileAll(groups));
        var rows = plan.Source;
        return new(plan, isPart ? ReadCompiler.CompilePage(rows, null) : ReadCompiler.CompileStream(rows));
    }

    /// <summary>Appends the current row.</summary>
    public void WriteRow(Utf8Buffer into, Data.SqlRows rows)
    {
        if (Plan.Form == StreamForm.Csv)
        {
            CsvRowWriter.Write(into, rows, Read.Layout);
            return;
        }

        RowJsonWriter.Write(into, rows, Read.Layout, null);
        into.WriteByte((byte)'\n');
    }

    private static byte[] HeaderOf(StreamPlan plan)
    {
        var names = new List<string>();
        if (plan.Groups is { } groups) names.AddRange(groups.Columns.Select(c => c.Name));
        else AddNames(plan.Source.Shape, "", names);
        using var header = Utf8Buffer.Rent(1024 * 1024);
        for (var i = 0; i < names.Count; i++)
        {
            if (i > 0) header.WriteByte((byte)',');
            CsvRowWriter.WriteCell(header, Encoding.UTF8.GetBytes(names[i]));
        }

        header.Write("\r\n"u8);
        Invariant.Holds(!header.Overflowed);
        return header.Written.ToArray();
    }

    // The same order as the steps of the layout.
    private static void AddNames(ShapeNode node, string prefix, List<string> names)
    {
        foreach (var member in node.Members)
        {
            if (member is ShapeMember.One one) AddNames(one.Node, $"{prefix}{one.Name}.", names);
            else names.Add(prefix + member.Name);
        }
    }
}
