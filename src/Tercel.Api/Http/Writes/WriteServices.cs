using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>What all writes of one model share: statements, rules, limits, and how rows are shown.</summary>
/// <remarks>Lifetime: one model. Thread: any.</remarks>
internal sealed class WriteServices(ApiModel model, ApiLimits limits, QueryLimits queryLimits, byte[] cursorSecret)
{
    public ApiModel Model { get; } = model;

    public ApiLimits Limits { get; } = limits;

    public QueryLimits QueryLimits { get; } = queryLimits;

    /// <summary>Signs the cursors of lists inside batches.</summary>
    public byte[] CursorSecret { get; } = cursorSecret;

    public WriteRunner Runner { get; } = new(model, limits);

    public RowViews Views { get; } = new(limits);

    /// <summary>Checks a call as far as that is possible without the database.</summary>
    public PreparedWrite? Prepare(WriteCall call, out WriteRefusal? refusal)
    {
        refusal = Precheck(call);
        if (refusal is not null) return null;
        var (prepared, wrong) = (call.Method, call.Key) switch
        {
            (WriteMethod.Post, null) => CreateWrite.Prepare(this, call),
            (WriteMethod.Patch, null) when call.Body.Kind == BodyKind.Array => PatchManyWrite.Prepare(this, call),
            (WriteMethod.Patch, null) => MatchingWrite.Prepare(this, call),
            (WriteMethod.Delete, null) => MatchingWrite.Prepare(this, call),
            (WriteMethod.Patch or WriteMethod.Put, not null) => ChangeWrite.Prepare(this, call),
            (WriteMethod.Delete, not null) => DeleteWrite.Prepare(this, call),
            _ => (null, NotWritable($"{call.Method.ToString().ToUpperInvariant()} does not fit this address")),
        };
        refusal = wrong;
        return prepared;
    }

    /// <summary>Reads the rows of a body, or says all that is wrong with them.</summary>
    public WriteValidator Validator(WriteCall call, bool keyInBody = false) => new(new WriteOptions(Limits, call.Now)
    {
        Lenient = call.Prefer.Lenient,
        UrlKey = call.Key,
        KeyInBody = keyInBody,
    });

    private static WriteRefusal NotWritable(string detail) =>
        new(RefusalKind.NotAllowed, new Error(WriteErrors.NotWritable, detail));

    private static WriteRefusal? Precheck(WriteCall call)
    {
        if (!call.Entity.Writable || call.Entity.Key.Count == 0)
            return NotWritable($"{call.Entity.Name} can only be read");
        if (call.Method != WriteMethod.Delete && call.Body.IsAbsent)
        {
            return new WriteRefusal(
                RefusalKind.MalformedJson,
                    new Error(WriteErrors.MalformedJson, "the body is empty") { Line = 1, Column = 1 });
        }

        if (call.Key is not null) return null;
        if (call.IfMatch.Count > 0) return HeaderRefusal("If-Match");
        var creates = call.Method == WriteMethod.Post && call.Body.Kind == BodyKind.Object;
        return call.IfNoneMatch.Count > 0 && !creates ? HeaderRefusal("If-None-Match") : null;
    }

    private static WriteRefusal HeaderRefusal(string header) => new(
        RefusalKind.Query, new Error(WriteErrors.Header,
            $"{header} is for writes of a single row") { Header = header });
}
