using Tercel.Api.Query;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class ExpressionParserTests
{
    [Theory]
    [InlineData("total gte 100", "total gte 100")]
    [InlineData("total>=100", "total gte 100")]
    [InlineData("a = 1 && b != 2 || !c <> 3", "a eq 1 and b ne 2 or not c ne 3")]
    [InlineData("(status eq 'paid' or total gte $t) and not customer.blocked",
        "(status eq 'paid' or total gte $t) and not customer.blocked")]
    [InlineData("name eq 'O''Hara'", "name eq 'O''Hara'")]
    [InlineData("a IN (1, 'x')", "a in (1, 'x')")]
    [InlineData("a not in [1,2]", "a nin (1, 2)")]
    [InlineData("a in ()", "a in ()")]
    [InlineData("a in $ids", "a in $ids")]
    [InlineData("a nin @user.teams", "a nin @user.teams")]
    [InlineData("a between 1 and 2 and b", "a between 1 and 2 and b")]
    [InlineData("a not between 1 and 2", "not a between 1 and 2")]
    [InlineData("a not contains 'x'", "not a contains 'x'")]
    [InlineData("a IS NOT NULL and b is null", "a is not null and b is null")]
    [InlineData("a eq null or null ne b", "a is null or b is not null")]
    [InlineData("created_at < now - 7d", "created_at lt now - 7d")]
    [InlineData("a - b - c * -d", "a - b - c * -d")]
    [InlineData("a - (b - c)", "a - (b - c)")]
    [InlineData("-5 + - 6 - -(7)", "-5 + -6 - -(7)")]
    [InlineData("1.50 eq 1e-3", "1.50 eq 1e-3")]
    [InlineData("sum(lines.quantity * lines.unit_price) > 0", "sum(lines.quantity * lines.unit_price) gt 0")]
    [InlineData("exists(lines, quantity gt 2 and product.sku eq 'A')",
        "exists(lines, quantity gt 2 and product.sku eq 'A')")]
    [InlineData("count(*) gt count(distinct customer_id)", "count() gt count(distinct customer_id)")]
    [InlineData("count(distinct)", "count(\"distinct\")")]
    [InlineData("unit_price eq @ref(product.price)", "unit_price eq @ref(product.price)")]
    [InlineData("@new.status eq @old.status", "@new.status eq @old.status")]
    [InlineData("\"Unit Price\".\"a.b\" eq \"and\"", "\"Unit Price\".\"a.b\" eq \"and\"")]
    [InlineData("\"say \"\"hi\"\"\" eq 1", "\"say \"\"hi\"\"\" eq 1")]
    [InlineData("größe gt 1 and 名前 eq 'x'", "größe gt 1 and 名前 eq 'x'")]
    [InlineData("lines.none.quantity gt 10 and lines.count gte 3", "lines.none.quantity gt 10 and lines.count gte 3")]
    [InlineData("attrs.sizes.0 eq 40", "attrs.sizes.0 eq 40")]
    [InlineData("in eq 5 and between eq 6", "in eq 5 and between eq 6")]
    [InlineData("now.a eq true", "\"now\".a eq true")]
    [InlineData("bucket(ts, '15m') eq 250ms", "bucket(ts, '15m') eq 250ms")]
    [InlineData("tags hasany ('a','b') or tags has 'c'", "tags hasany ('a', 'b') or tags has 'c'")]
    [InlineData("not not a", "not not a")]
    [InlineData("(a and b) and c", "(a and b) and c")]
    [InlineData("(a eq b) eq true", "(a eq b) eq true")]
    public void Text_is_read_to_the_tree_that_its_canonical_form_shows(string text, string canonical) =>
        Assert.Equal(canonical, ExpressionPrinter.Print(Parsed(text)));

    [Theory]
    [InlineData("", "syntax", 0)]
    [InlineData("   ", "syntax", 3)]
    [InlineData("total gte", "syntax", 9)]
    [InlineData("total gte )", "syntax", 10)]
    [InlineData("(a eq 1", "syntax", 7)]
    [InlineData("a eq 1)", "syntax", 6)]
    [InlineData("a eq 'open", "syntax", 5)]
    [InlineData("\"open eq 1", "syntax", 0)]
    [InlineData("\"\" eq 1", "syntax", 0)]
    [InlineData("a lt null", "syntax", 5)]
    [InlineData("a is 5", "syntax", 5)]
    [InlineData("a is not 5", "syntax", 9)]
    [InlineData("a in 5", "syntax", 5)]
    [InlineData("a in (1,", "syntax", 8)]
    [InlineData("a in (1 2)", "syntax", 8)]
    [InlineData("a between 1 or 2", "syntax", 12)]
    [InlineData("a not 5", "syntax", 6)]
    [InlineData("a eq 1 eq 2", "syntax", 7)]
    [InlineData("a eqq 1", "unknown_operator", 2)]
    [InlineData("a eq 1 nad b", "unknown_operator", 7)]
    [InlineData("a ; b", "syntax", 2)]
    [InlineData("a eq 5x", "syntax", 6)]
    [InlineData("a eq 1.", "syntax", 7)]
    [InlineData("a eq 1e5x", "syntax", 8)]
    [InlineData("a eq 1.5h", "syntax", 8)]
    [InlineData("a.", "syntax", 2)]
    [InlineData("a eq $", "syntax", 6)]
    [InlineData("@", "syntax", 1)]
    [InlineData("@ref.a", "syntax", 4)]
    [InlineData("@ref(a", "syntax", 6)]
    [InlineData("a.b(c)", "syntax", 3)]
    [InlineData("\"count\"(c)", "syntax", 7)]
    [InlineData("cuont(lines) gt 1", "unknown_function", 0)]
    [InlineData("a eq and", "syntax", 5)]
    [InlineData("a ==> 5", "syntax", 4)]
    [InlineData("[1,2]", "syntax", 0)]
    public void A_mistake_has_a_code_and_a_position(string text, string code, int position)
    {
        var result = ExpressionParser.Parse(text, ExpressionLimits.Default, "where");

        var error = Assert.Single(result.Errors);
        Assert.Equal((code, position, "where"), (error.Code.Name, error.Position, error.Parameter));
    }

    [Theory]
    [InlineData("a eqq 1", "eq")]
    [InlineData("name contain 'x'", "contains")]
    [InlineData("a eq 1 nad b", "and")]
    [InlineData("cuont(lines)", "count")]
    public void A_misspelt_operator_or_function_gets_a_suggestion(string text, string suggestion) =>
        Assert.Equal(suggestion, ExpressionParser.Parse(text, ExpressionLimits.Default).Errors[0].Suggestion);

    [Fact]
    public void Positions_are_operators_of_infix_nodes_and_first_characters_of_others()
    {
        var and = Assert.IsType<Expr.And>(Parsed(" a.b lt 5 and not count(c)"));

        var compare = Assert.IsType<Expr.Compare>(and.Items[0]);
        var not = Assert.IsType<Expr.Not>(and.Items[1]);
        Assert.Equal((1, 5, 1, 8), (and.Position, compare.Position, compare.Left.Position, compare.Right.Position));
        Assert.Equal((14, 18), (not.Position, not.Operand.Position));
    }

    [Fact]
    public void Depth_is_accepted_up_to_its_limit_and_refused_past_it()
    {
        var limits = ExpressionLimits.Default with { DepthMax = 3 };

        Assert.True(ExpressionParser.Parse("(((a)))", limits).IsOk);
        Assert.Equal("too_deep", CodeOf(ExpressionParser.Parse("((((a))))", limits)));
        Assert.Equal("too_deep", CodeOf(ExpressionParser.Parse("not not not not a", limits)));
        Assert.Equal("too_deep", CodeOf(ExpressionParser.Parse("----a", limits)));
    }

    [Fact]
    public void Nodes_are_accepted_up_to_their_limit_and_refused_past_it()
    {
        var limits = ExpressionLimits.Default with { NodesMax = 7 };

        Assert.True(ExpressionParser.Parse("a eq 1 and b eq 2", limits).IsOk);
        Assert.Equal("too_complex", CodeOf(ExpressionParser.Parse("a eq 1 and b eq -c", limits)));
    }

    [Fact]
    public void Values_of_a_list_have_a_limit_of_their_own()
    {
        var limits = ExpressionLimits.Default with { NodesMax = 3, ListItemsMax = 5 };

        Assert.True(ExpressionParser.Parse("a in (1,2,3,4,5)", limits).IsOk);
        Assert.Equal("too_many_values", CodeOf(ExpressionParser.Parse("a in (1,2,3,4,5,6)", limits)));
    }

    [Fact]
    public void Text_is_accepted_up_to_its_limit_and_refused_past_it()
    {
        var limits = ExpressionLimits.Default with { CharsMax = 6 };

        Assert.True(ExpressionParser.Parse("a eq 1", limits).IsOk);
        Assert.Equal("too_long", CodeOf(ExpressionParser.Parse("a eq 12", limits)));
    }

    private static Expr Parsed(string text)
    {
        var result = ExpressionParser.Parse(text, ExpressionLimits.Default);
        Assert.True(result.TryGet(out var expr, out var errors), errors.Count > 0 ? errors[0].Detail : "");
        return expr;
    }

    private static string CodeOf(Tercel.Primitives.Result<Expr> result) => Assert.Single(result.Errors).Code.Name;
}
