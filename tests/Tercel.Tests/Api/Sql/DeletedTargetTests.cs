using Xunit;

namespace Tercel.Tests.Api.Sql;

// References to rows that are marked as deleted: the reference stays, the row is not there.
public sealed class DeletedTargetTests : IAsyncLifetime
{
    private const string Model = """
        api: 1
        database: sqlite:shop.db
        resources:
          owners:
            fields: { id: int pk auto, name: string(20) }
            soft_delete: gone_at
          things:
            fields: { id: int pk auto, owner: ref(owners) null }
        """;

    private const string Rows = """
        INSERT INTO owners (id, name, gone_at) VALUES (1, 'Ann', NULL), (2, 'Bob', '2026-01-01T00:00:00.000Z');
        INSERT INTO things (id, owner_id) VALUES (1, 1), (2, 2), (3, NULL);
        """;

    private ReadShop _shop = null!; // set before each test

    public async ValueTask InitializeAsync() => _shop = await ReadShop.Open(Model, Rows);

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("owner.exists=true", "1")]
    [InlineData("owner.exists=false", "2,3")]
    [InlineData("where=exists(owner)", "1")]
    [InlineData("owner.name=Bob", "")]
    [InlineData("owner=2", "2")]
    [InlineData("owner.null=true", "3")]
    public async Task A_deleted_row_does_not_exist_but_is_referred_to(string query, string ids) =>
        Assert.Equal(ids, await _shop.Ids("things", query));
}
