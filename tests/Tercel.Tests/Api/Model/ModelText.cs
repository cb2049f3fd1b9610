using Tercel.Api.Model;
using Tercel.Primitives;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Api.Model;

/// <summary>Model files for tests, in a folder of their own.</summary>
internal static class ModelText
{
    public const string File = "m.yaml";

    public static string Sample(string name) => Path.Combine(RepositoryTree.Root, "samples", name);

    public static Result<ApiModel> Load(string text, Func<string, string?>? environment = null, string name = File) =>
        Load([(name, text)], environment);

    public static Result<ApiModel> Load((string Name, string Text)[] files, Func<string, string?>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("tercel-model-").FullName;
        try
        {
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                System.IO.File.WriteAllText(path, text);
            }

            return ModelLoader.Load(Path.Combine(folder, files[0].Name), environment ?? (_ => null));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static ApiModel Good(string text, Func<string, string?>? environment = null)
    {
        Assert.True(Load(text, environment).TryGet(out var model, out var errors), ModelErrorsText.Render(errors));
        return model;
    }

    /// <summary>A model with one resource <c>things</c> whose fields are the given lines, after an id.</summary>
    public static string Fields(params string[] lines) =>
        "api: 1\ndatabase: sqlite:x.db\nresources:\n  things:\n    fields:\n      id: int pk auto\n"
        + string.Concat(lines.Select(l => "      " + l + "\n"));
}
