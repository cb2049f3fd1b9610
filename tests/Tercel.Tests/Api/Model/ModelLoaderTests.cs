using Tercel.Api.Model;
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
