using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Writes the current row as a JSON object by the steps of its layout. No string and no object per
/// row.</summary>
internal static class RowJsonWriter
{
    /// <summary>Writes a row; where a to-many embed belongs, <paramref name="embeds"/> remembers the place.</summary>
    public static void Write(Utf8Buffer into, SqlRows rows, RowLayout layout, EmbedLevel? embeds)
    {
        var steps = layout.Steps;
        for (var i = 0; i < steps.Length; i++)
        {
            ref readonly var step = ref steps[i];
            into.Write(step.Before);
            switch (step.Kind)
            {
                case StepKind.Bytes: break;
                case StepKind.Object:
                    if (rows.Kind(step.Column) == SqlKind.Null) i = WriteNull(into, step.Argument);
                    break;
                case StepKind.Embed:
                    if (embeds is null) throw new UnreachableException("a layout with embeds needs a place for them");
                    embeds.AddHole(into.Count, step.Argument, rows);
                    break;
                default: JsonColumn.Write(into, rows, step.Column, step.Kind, step.Argument); break;
            }
        }
    }

    // The object's steps are skipped; the loop's own increment leads to the step after them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteNull(Utf8Buffer into, int next)
    {
        into.Write("null"u8);
        return next - 1;
    }
}
