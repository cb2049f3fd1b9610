using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>The row before the write, as far as the preconditions needed it.</summary>
/// <param name="Exists">True when the row is there, or nobody needed to know.</param>
/// <param name="Tag">Its tag; null when nobody needed it.</param>
/// <param name="Refusal">Set when a precondition does not hold.</param>
internal readonly record struct RowState(bool Exists, string? Tag, WriteRefusal? Refusal);

/// <summary>If-Match, If-None-Match and <c>require_if_match</c> for writes of one row (RFC 9110, 13).</summary>
internal static class Preconditions
{
    public static async ValueTask<RowState> Check(
        IWriteSession session, RowViews views, RowView view, WriteCall call, bool hasVersion)
    {
        var asks = call.IfMatch.Count > 0 || call.IfNoneMatch.Count > 0;
        var required = call.Entity.RequireIfMatch && !asks && !hasVersion;
        if (!asks && !required && !hasVersion && call.Method != WriteMethod.Put) return new RowState(true, null, null);
        var tag = await views.Tag(session, view, call.Key ?? []);
        if (required && tag is not null) return new RowState(true, tag, Required(call, tag));
        if (call.IfMatch.Count > 0 && (tag is null || !EntityTag.MatchesState(call.IfMatch, tag)))
        {
            // No row at all is "not found" for everything but a PUT, which would have made one.
            if (tag is null && call.Method != WriteMethod.Put)
                return new RowState(false, null, WriteRunner.NotFound(call.Entity, call.Key ?? []).Refusal);
            return new RowState(tag is not null, tag,
                Stale("If-Match", "the row is not the one that If-Match names", tag));
        }

        if (tag is not null && call.IfNoneMatch.Count > 0 && EntityTag.MatchesWeakly(call.IfNoneMatch, tag))
            return new RowState(true, tag, Stale("If-None-Match", "the row exists already", tag));
        return new RowState(tag is not null, tag, null);
    }

    private static WriteRefusal Required(WriteCall call, string tag)
    {
        var error = new Error(WriteErrors.PreconditionRequired, $"{call.Entity.Name} are changed with If-Match only")
        {
            Header = "If-Match",
        };
        return new WriteRefusal(RefusalKind.PreconditionRequired, error) { CurrentTag = tag };
    }

    private static WriteRefusal Stale(string header, string detail, string? tag) =>
        new(RefusalKind.Stale, new Error(WriteErrors.Stale, detail) { Header = header }) { CurrentTag = tag };
}
