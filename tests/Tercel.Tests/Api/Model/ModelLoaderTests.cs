using Tercel.Api.Model;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Model;

public sealed class ModelLoaderTests
{
    [Fact]
    public void The_sample_shop_loads()
    {
        var loaded = ModelLoader.Load(ModelText.Sample("shop"), _ => null);
        Assert.True(loaded.TryGet(out var model, out var errors), ModelErrorsText.Render(errors));
        Assert.Empty(model.Warnings);
        Assert.Equal("sqlite:shop.db", model.Database);
        var products = Assert.IsType<Entity>(model.Entity("products"));
        Assert.Equal("category_id", products.Field("category_id")?.Column);
        Assert.Equal(FieldKind.Int, products.Field("category_id")?.Type.Kind);
        Assert.Equal("categories", products.Relation("category")?.To.Name);
        Assert.Equal(RelationKind.ManyToMany, products.Relation("collections")?.Kind);
        Assert.Equal("version", products.Version?.Name);
        Assert.Equal(["order_id", "line"], model.Entity("order_lines")?.Key.Select(k => k.Name));
        Assert.Equal("deleted_at", model.Entity("reviews")?.SoftDelete?.Name);
        Assert.NotNull(model.Entity("users")?.Field("role")?.Deprecation);
    }
}

/// <summary>Model files for tests, in a folder of their own.</summary>
internal static class ModelText
{
    public const string File = "m.yaml";

    public static string Sample(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "Tercel.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "samples", name);
    }

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
