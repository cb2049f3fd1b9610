using System.Globalization;
using System.Text;
using Tercel.Api.Writing;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>POST /v1/batch: operations in their order, in one transaction; the first that fails undoes all.</summary>
/// <remarks>Operations that refer to no other are checked before the transaction begins, all of them at once.</remarks>
internal sealed class BatchWrite : PreparedWrite
{
    private readonly WriteServices _services;
    private readonly Preferences _prefer;
    private readonly DateTimeOffset _now;
    private readonly List<(BatchOperation Operation, PreparedWrite? Prepared)> _operations;

    private BatchWrite(
        WriteServices services, Preferences prefer, DateTimeOffset now,
        List<(BatchOperation Operation, PreparedWrite? Prepared)> operations)
    {
        _services = services;
        _prefer = prefer;
        _now = now;
        _operations = operations;
    }

    public static (PreparedWrite?, WriteRefusal?) Prepare(
        WriteServices services, BodyValue body, Preferences prefer, DateTimeOffset now)
    {
        if (!BatchReader.Read(body, services.Limits.BatchOpsMax).TryGet(out var read, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Validation, wrong));
        var batch = new BatchWrite(services, prefer, now, []);
        WriteRefusal? refusal = null;
        foreach (var operation in read)
        {
            PreparedWrite? prepared = null;
            if (BatchReferences.IsFree(operation))
            {
                prepared = batch.PrepareOne(operation, operation.Path, operation.Body, out var one);
                refusal = Join(refusal, one);
            }

            batch._operations.Add((operation, prepared));
        }

        return refusal is null ? (batch, null) : (null, refusal);
    }

    public override async ValueTask<WriteAnswer> Run(IWriteSession session)
    {
        var references = new BatchReferences(_services.Limits.BodyDepthMax);
        using var output = Utf8Buffer.Rent(_services.Limits.PageBytesMax);
        output.Write("{\"results\":["u8);
        foreach (var (operation, early) in _operations)
        {
            WriteRefusal? refusal = null;
            var prepared = early ?? PrepareLate(operation, references, out refusal);
            if (prepared is null)
                return WriteAnswer.Refused(refusal ?? throw new BrokenInvariantException("a refusal says why"));
            var answer = await prepared.Run(session);
            if (answer.Refusal is { } failed) return WriteAnswer.Refused(At(operation, failed));
            references.Add(operation, answer.Body);
            WriteResult(output, operation, answer);
            if (output.Overflowed) return WriteAnswer.Refused(RefusalKind.Query, TooLarge(output.BytesMax));
        }

        output.Write("]}"u8);
        return new WriteAnswer(200, output.Written.ToArray());
    }

    private PreparedWrite? PrepareLate(BatchOperation operation, BatchReferences known, out WriteRefusal? refusal)
    {
        var hasPath = known.Path(operation).TryGet(out var path, out var wrongPath);
        var hasBody = known.Body(operation).TryGet(out var body, out var wrongBody);
        if (hasPath && hasBody && path is not null) return PrepareOne(operation, path, body, out refusal);
        refusal = new WriteRefusal(RefusalKind.Validation, [.. wrongPath, .. wrongBody]);
        return null;
    }

    private PreparedWrite? PrepareOne(BatchOperation operation, string path, BodyValue body, out WriteRefusal? refusal)
    {
        var (target, wrong) = BatchTarget.Read(_services.Model, path, operation.Pointer("path"));
        if (target is null)
        {
            refusal = wrong;
            return null;
        }

        if (operation.Method == "GET")
        {
            (var read, refusal) = target.Key is null
                ? GetList.Prepare(_services, target, _now)
                : GetRow.Prepare(_services, target, target.Key, _now);
            if (refusal is not null) refusal = At(operation, refusal);
            return read;
        }

        var method = operation.Method switch
        {
            "POST" => WriteMethod.Post,
            "PATCH" => WriteMethod.Patch,
            "PUT" => WriteMethod.Put,
            _ => WriteMethod.Delete,
        };
        var call = new WriteCall(method, target.Entity, _now)
        {
            Key = target.Key, Query = target.Query, Body = body,
            Prefer = operation.Id is null ? _prefer : _prefer.WithRows(),
        };
        var prepared = _services.Prepare(call, out refusal);
        if (refusal is not null) refusal = At(operation, refusal);
        return prepared;
    }

    // The mistake's place in the operation's body becomes its place in the batch.
    private static WriteRefusal At(BatchOperation operation, WriteRefusal refusal) => refusal with
    {
        Errors = [.. refusal.Errors.Select(e => e with
        {
            Pointer = e.Pointer is null ? operation.Pointer()
                : e.Pointer.StartsWith("#/ops/", StringComparison.Ordinal) ? e.Pointer
                : operation.Pointer("body") + e.Pointer[1..],
        })],
        CurrentTag = null,
    };

    // Mistakes of several operations are one answer when they are of one kind; else the first kind counts.
    private static WriteRefusal? Join(WriteRefusal? all, WriteRefusal? one)
    {
        if (all is null || one is null) return all ?? one;
        return all.Kind == one.Kind ? all with { Errors = [.. all.Errors, .. one.Errors] } : all;
    }

    private static void WriteResult(Utf8Buffer output, BatchOperation operation, WriteAnswer answer)
    {
        var result = new JsonOutput(64);
        result.Open('{');
        if (operation.Id is not null)
        {
            result.Name("id");
            result.Text(Encoding.UTF8.GetBytes(operation.Id));
        }

        result.Name("status");
        result.Number(answer.Status);
        if (answer.Location is not null)
        {
            result.Name("location");
            result.Text(Encoding.UTF8.GetBytes(answer.Location));
        }

        if (!answer.Body.IsEmpty) result.Name("body");
        if (operation.Index > 0) output.WriteByte((byte)',');
        output.Write(result.Written.Span);
        output.Write(answer.Body.Span);
        output.WriteByte((byte)'}');
    }

    private static Error TooLarge(int bytesMax) => new(
        WriteErrors.AnswerTooLarge,
        string.Create(CultureInfo.InvariantCulture,
            $"the answer would be larger than {bytesMax} bytes (page.bytes_max)"));
}
