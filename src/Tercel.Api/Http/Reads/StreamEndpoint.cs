using System.Text;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Requests;
using Tercel.Data;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers <c>/v1/products.csv</c> and <c>.ndjson</c>: all rows, sent while they are read.</summary>
/// <remarks>
/// The exception to answers that are whole before their first byte leaves: an error after the first part can only end
/// the connection without its proper end, which clients see as a broken transfer.
/// </remarks>
internal static class StreamEndpoint
{
    private const string CsvType = "text/csv; charset=utf-8; header=present";
    private const string NdjsonType = "application/x-ndjson";

    public static Task Handle(HttpContext http, RequestContext request, ListQuery query)
    {
        var form = request.Format == "csv" ? StreamForm.Csv : StreamForm.Ndjson;
        // A list is only reached through an entity.
        var planned = StreamPlan.Plan(
            request.Target!, query, form, request.Snapshot.Limits, request.Now, request.Relation);
        return planned.TryGet(out var plan, out var errors)
            ? Send(http, request, CompiledStream.Compile(plan))
            : ErrorResponse.Query(http, errors);
    }

    private static async Task Send(HttpContext http, RequestContext request, CompiledStream stream)
    {
        var scope = http.Scope();
        // The client decides how long it takes; the statement has a longest time of its own.
        scope.SetTimeout(Timeout.InfiniteTimeSpan);
        using var session = await request.State.Database.Read(ReadLane.Stream, scope.Token);
        if (request.Relation is { } relation && !await RowRenderer.Exists(session, relation.From, request))
        {
            await ErrorResponse.NoRow(http, relation.From, request.KeyText);
            return;
        }

        SetHeaders(http, stream.Plan);
        if (HttpMethods.IsHead(http.Request.Method)) return;
        scope.StreamedBytes = 0;
        var inputs = new ReadInputs { Now = request.Now, Limits = request.Snapshot.Limits, Key = request.Key };
        await RowStream.Write(session, stream, inputs, bytes => Pass(http, scope, bytes));
    }

    // Waits while the client's buffers are full; gives up, which ends the statement, when it has gone.
    private static async ValueTask Pass(HttpContext http, RequestScope scope, ReadOnlyMemory<byte> bytes)
    {
        scope.Token.ThrowIfCancellationRequested();
        var result = await http.Response.BodyWriter.WriteAsync(bytes, scope.Token);
        scope.StreamedBytes += bytes.Length;
        if (result.IsCompleted) throw new OperationCanceledException("the client has gone");
    }

    private static void SetHeaders(HttpContext http, StreamPlan plan)
    {
        var isCsv = plan.Form == StreamForm.Csv;
        http.Response.ContentType = isCsv ? CsvType : NdjsonType;
        http.Response.Headers.ContentDisposition = Disposition(plan.Source.Entity, isCsv ? ".csv" : ".ndjson");
        CacheHeaders.Add(http.Response.Headers, formsVary: true);
        DeprecationHeaders.Add(http.Response, plan.Source.Entity, plan.Source);
    }

    // RFC 6266: a plain name for everyone, and the exact one where it has other characters.
    private static string Disposition(Entity entity, string ending)
    {
        var plain = new StringBuilder();
        foreach (var letter in entity.Name)
            plain.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_');
        var header = $"attachment; filename=\"{plain}{ending}\"";
        return plain.ToString() == entity.Name
            ? header
            : $"{header}; filename*=UTF-8''{Uri.EscapeDataString(entity.Name + ending)}";
    }
}
