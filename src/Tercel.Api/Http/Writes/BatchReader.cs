using System.Text.RegularExpressions;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>One operation of a batch as the client wrote it.</summary>
internal sealed record BatchOperation(int Index, string? Id, string Method, string Path, BodyValue Body)
{
    /// <summary>The place of a mistake in this operation.</summary>
    public string Pointer(string? member = null) =>
        member is null ? Base.ToString() : Base.PointerTo(member);

    public BodyPath Base => BodyPath.Root.Member("ops").Item(Index);
}

/// <summary>Reads <c>{"ops":[{"id":"o","method":"POST","path":"/orders","body":{...}}]}</c>.</summary>
internal static class BatchReader
{
    private static readonly string[] Methods = ["GET", "POST", "PATCH", "PUT", "DELETE"];
    private static readonly string[] Members = ["id", "method", "path", "body"];
    private static readonly Regex Name = new(@"\A[A-Za-z_][A-Za-z0-9_-]{0,63}\z", RegexOptions.NonBacktracking);

    /// <summary>The operations, or everything that is wrong with their form.</summary>
    public static Result<List<BatchOperation>> Read(BodyValue body, int operationsMax)
    {
        if (body.Kind != BodyKind.Object)
            return WriteReader.WrongType("an object with ops", body) with { Pointer = "#" };
        var errors = new List<Error>();
        var list = body.Member("ops"u8);
        foreach (var member in body)
            if (!member.NameIs("ops"u8)) errors.Add(Unknown(BodyPath.Root, member.Name, ["ops"]));
        if (list.IsAbsent) errors.Add(new Error(WriteErrors.Required, "'ops' is required") { Pointer = "#/ops" });
        else if (list.Kind != BodyKind.Array)
            errors.Add(WriteReader.WrongType("an array", list) with { Pointer = "#/ops" });
        if (errors.Count > 0) return errors;
        if (list.Count == 0 || list.Count > operationsMax)
        {
            var code = list.Count == 0 ? WriteErrors.BatchOperation : WriteErrors.TooManyRows;
            return new Error(code,
                $"a batch has 1 to {operationsMax} operations (batch.ops_max)") { Pointer = "#/ops" };
        }

        var operations = new List<BatchOperation>(list.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list)
            if (ReadOne(item, operations.Count, ids, errors) is { } operation) operations.Add(operation);
            else break;
        return errors.Count > 0 ? errors : operations;
    }

    private static BatchOperation? ReadOne(BodyValue item, int index, HashSet<string> ids, List<Error> errors)
    {
        var path = BodyPath.Root.Member("ops").Item(index);
        if (item.Kind != BodyKind.Object)
        {
            errors.Add(WriteReader.WrongType("an object", item) with { Pointer = path.ToString() });
            return null;
        }

        var before = errors.Count;
        foreach (var member in item)
            if (!Members.Contains(member.Name, StringComparer.Ordinal)) errors.Add(Unknown(path, member.Name, Members));
        var method = Text(item.Member("method"u8), path, "method", required: true, errors);
        var target = Text(item.Member("path"u8), path, "path", required: true, errors);
        var id = Text(item.Member("id"u8), path, "id", required: false, errors);
        if (method is not null && !Methods.Contains(method, StringComparer.Ordinal))
        {
            errors.Add(new Error(WriteErrors.BatchOperation, $"method is one of {string.Join(", ", Methods)}")
            {
                Pointer = path.PointerTo("method"),
                Suggestion = Suggestion.For(method, Methods),
            });
        }

        if (id is not null && !Name.IsMatch(id))
            errors.Add(Wrong(path, "id", "an id is a letter, then letters, digits, _ and -"));
        else if (id is not null && !ids.Add(id))
            errors.Add(Wrong(path, "id", $"'{id}' is the id of an earlier operation"));
        var body = item.Member("body"u8);
        if (method is "GET" or "DELETE" && !body.IsAbsent) errors.Add(Wrong(path, "body", $"{method} has no body"));
        if (errors.Count > before || method is null || target is null) return null;
        return new BatchOperation(index, id, method, target, body);
    }

    private static string? Text(BodyValue value, BodyPath path, string member, bool required, List<Error> errors)
    {
        if (value.IsAbsent)
        {
            if (required)
                errors.Add(new Error(WriteErrors.Required,
                    $"'{member}' is required") { Pointer = path.PointerTo(member) });
            return null;
        }

        if (value.Kind == BodyKind.String) return value.Text;
        errors.Add(WriteReader.WrongType("a string", value) with { Pointer = path.PointerTo(member) });
        return null;
    }

    private static Error Wrong(BodyPath path, string member, string detail) =>
        new(WriteErrors.BatchOperation, detail) { Pointer = path.PointerTo(member) };

    private static Error Unknown(BodyPath path, string name, string[] known) =>
        new(WriteErrors.UnknownField, $"no member '{name}' here")
        {
            Pointer = path.PointerTo(name),
            Suggestion = Suggestion.For(name, known),
        };
}
