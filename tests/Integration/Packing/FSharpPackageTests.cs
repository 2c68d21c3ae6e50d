namespace Cano.Integration.Packing;

/// <summary>The F# face in a stranger's project, with nothing set but the reference.</summary>
[Collection(PackedSolution.Collection)]
public sealed class FSharpPackageTests(PackedSolution packed)
{
    // No annotation, no setting, and a case that carries data.
    private const string Program = """
        open Cano
        open Cano.FSharp

        type Order =
            | Cart of items: string list
            | Charge of amount: int
            | Done

        let order =
            Workflow.total (function
                | Cart items -> Handle.run (fun ctx -> task { return Charge(items.Length * ctx.Attempt) })
                | Charge amount -> Handle.run (fun _ -> async { return (if amount = 2 then Done else Charge 2) })
                | Done -> Handle.exit)

        let ended = order |> Workflow.run (Cart [ "pen"; "ink" ])
        printfn "%A" ended.Result
        """;

    [Fact]
    [Trait("ID", "Y37")]
    public async Task A_total_function_compiles_and_runs()
    {
        var (output, succeeded) = await packed.RunFSharpAsync("Total", Program);
        Assert.True(succeeded, output);
        Assert.Equal("Ok Done", output.Trim());
    }

    [Theory]
    [Trait("ID", "Y37")]
    [InlineData("Partial", "")]
    // A project that says itself which warnings are errors.
    [InlineData("Strict", "<WarningsAsErrors>FS0020</WarningsAsErrors>")]
    public async Task A_case_of_which_nothing_is_said_does_not_compile(string project, string settings)
    {
        var (output, succeeded) = await packed.RunFSharpAsync(
            project,
            Program.Replace("    | Done -> Handle.exit)", "    )", StringComparison.Ordinal),
            settings
        );
        Assert.False(succeeded, output);
        Assert.Contains("error FS0025", output, StringComparison.Ordinal);
        Assert.Contains("'Done'", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Y44")]
    public async Task A_body_that_answers_plainly_is_told_what_a_body_answers_by()
    {
        var (output, succeeded) = await packed.RunFSharpAsync(
            "Plain",
            Program.Replace(
                "task { return Charge(items.Length * ctx.Attempt) }",
                "Charge 2",
                StringComparison.Ordinal
            )
        );
        Assert.False(succeeded, output);
        Assert.Contains(
            "'a body answers by a task, a ValueTask or an async'",
            output,
            StringComparison.Ordinal
        );
    }
}
