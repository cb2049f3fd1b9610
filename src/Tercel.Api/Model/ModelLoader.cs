using Tercel.Api.Model.Loading;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Model;

/// <summary>A mistake that a check found in a loaded model.</summary>
/// <param name="Subject">The computed <see cref="Field"/> or the <see cref="EntityRule"/> that is wrong.</param>
/// <param name="Error">What is wrong; its position counts inside the expression.</param>
internal sealed record ModelFinding(object Subject, Error Error);

/// <summary>Checks that need more than the model itself, such as binding its expressions; planning gives it.</summary>
internal delegate IEnumerable<ModelFinding> ModelChecks(ApiModel model);

/// <summary>Reads a model file and everything it includes.</summary>
/// <remarks>
/// Stages: files to trees (<see cref="ModelFiles"/>), trees to drafts (<see cref="ModelReader"/>), names looked up,
/// drafts checked, drafts to model (<see cref="ModelAssembler"/>). Mistakes are gathered through all of them; only a
/// file that is no YAML or JSON ends the reading early.
/// </remarks>
internal static class ModelLoader
{
    /// <summary>The model, or all mistakes in the order of the file, each with file, line and column.</summary>
    /// <param name="path">A model file, or a folder that holds tercel.yaml, tercel.yml or tercel.json.</param>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    /// <param name="checks">More checks, made when the model is without mistakes so far.</param>
    public static Result<ApiModel> Load(string path, Func<string, string?> environment, ModelChecks? checks = null)
    {
        var report = new ModelReport();
        var files = new ModelFiles(environment, report);
        var documents = files.Read(path);
        if (documents.Count == 0) return report.Errors;
        if (documents[0].Place.File != files.Paths[0]) return report.Errors;

        var draft = new ModelReader(text =>
            ExpressionParser.Parse(text, ExpressionLimits.Model), report).Read(documents);
        new NameResolver(draft, report).Resolve();
        new RelationResolver(draft, report).Resolve();
        new EntityChecks(draft, report).Check();
        new ExpressionNames(draft, report).Check();
        if (report.HasErrors) return report.Errors;

        var assembler = new ModelAssembler(draft);
        var model = assembler.Assemble(files.Folder, files.Paths, report.Warnings);
        foreach (var finding in checks?.Invoke(model) ?? [])
        {
            var place = assembler.Expressions.TryGetValue(finding.Subject, out var expression)
                ? expression.At(finding.Error.Position ?? 0)
                : new Place(files.Paths[0], 1, 1);
            report.Add(finding.Error with { File = place.File, Line = place.Line, Column = place.Column,
                Position = null });
        }

        return report.HasErrors ? report.Errors : model;
    }
}
