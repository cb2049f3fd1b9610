using System.Diagnostics;
using Tercel.Api;
using Tercel.Api.Model.Loading;
using Tercel.Chassis.Web;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Model;

/// <summary>docs/schema/tercel.schema.json, judged by a validator that is not ours.</summary>
public sealed class ModelSchemaTests
{
    private const string Schema = "docs/schema/tercel.schema.json";

    [Fact]
    public void The_schema_accepts_the_samples_and_good_models()
    {
        var good = Directory.GetDirectories(Path.Combine(RepositoryTree.Root, "samples"))
            .Select(folder => Path.Combine(folder, "tercel.yaml")).Where(File.Exists).Select(File.ReadAllText)
            .Append(GoodModels.Everything).Append(GoodModels.Existing);
        var verdicts = Validate([.. good]);
        Assert.All(verdicts, v => Assert.True(v.IsValid, v.Text));
    }

    [Fact]
    public void The_schema_rejects_the_models_whose_structure_is_wrong()
    {
        var verdicts = Validate([.. BadModels.All.Where(b => b.Structural).Select(b => b.Text)]);
        Assert.All(verdicts, v => Assert.False(v.IsValid, v.Text));
    }

    [Fact]
    public void The_schema_knows_every_limit_and_the_settings_know_it_too()
    {
        var text = RepositoryTree.Read(Schema);
        Assert.All(LimitNames.All, name => Assert.Contains($"\"{name}\"", text, StringComparison.Ordinal));
        var settings = ApiSettings.All.Concat(HttpSettings.All).Select(s => s.Key);
        Assert.Empty(LimitNames.All.Except(settings));
    }

    private static List<(string Text, bool IsValid)> Validate(string[] models)
    {
        var ajv = Path.Combine(RepositoryTree.Root, "artifacts", "test-tools", "node_modules", ".bin", "ajv");
        Assert.SkipUnless(File.Exists(ajv), "ajv is not installed; ./dev test installs it");
        var folder = Directory.CreateTempSubdirectory("tercel-schema-").FullName;
        try
        {
            for (var i = 0; i < models.Length; i++) File.WriteAllText(Path.Combine(folder, $"{i}.json"),
                Json(models[i]));
            var output = Run(ajv, folder);
            return [.. models.Select((m, i) => (m, output.Contains($"/{i}.json valid", StringComparison.Ordinal)))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Json(string yaml)
    {
        var node = YamlTree.Read("m.yaml", yaml, scalar => scalar, new ModelReport());
        return NodeJson.Text(node ?? throw new InvalidDataException(yaml));
    }

    private static string Run(string ajv, string folder)
    {
        var start = new ProcessStartInfo(ajv)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "validate", "--spec=draft2020", "--strict=false", "-s", Path.Combine(RepositoryTree.Root, Schema), "-d",
                "*.json",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("ajv did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var all = output + errors.Result;
        Assert.DoesNotContain("schema " + Path.Combine(RepositoryTree.Root, Schema)
            + " is invalid", all, StringComparison.Ordinal);
        return "/" + all.ReplaceLineEndings("\n/");
    }
}
