using System.Text.Json;
using Tercel.Api.Planning;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Reads the facets of a list, one statement each, and writes them beside the page.</summary>
internal sealed class FacetWriter
{
    private readonly (byte[] Name, CompiledRead Read, int Limit)[] _facets;

    public FacetWriter(IReadOnlyList<FacetPlan> facets) => _facets =
        [.. facets.Select(f => (Encode(f.Name), GroupCompiler.CompilePage(f.Plan), f.Plan.Limit))];

    /// <summary>Writes <c>,"facets":{"brand":[{"value":"x","count":3}]}</c>.</summary>
    public async ValueTask<ReadOutcome> Write(ISqlSession session, ReadInputs inputs, Utf8Buffer into)
    {
        into.Write(",\"facets\":{"u8);
        for (var i = 0; i < _facets.Length; i++)
        {
            var (name, read, limit) = _facets[i];
            if (i > 0) into.WriteByte((byte)',');
            into.Write(name);
            inputs.Offset = 0;
            inputs.Limit = limit + 1;
            var (outcome, _) = await PageReader.Page(session, read, inputs, into).ConfigureAwait(false);
            if (outcome != ReadOutcome.Ok) return outcome;
        }

        into.WriteByte((byte)'}');
        return into.Overflowed ? ReadOutcome.TooLarge : ReadOutcome.Ok;
    }

    private static byte[] Encode(string name) =>
        [(byte)'"', .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, (byte)'"', (byte)':'];
}
