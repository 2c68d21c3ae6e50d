using Cano.Integration.Guides;

namespace Cano.Integration.Packing;

/// <summary>The packages in a program that is one file, and in a script.</summary>
[Collection(PackedSolution.Collection)]
public sealed class FilePackageTests(PackedSolution packed)
{
    [Fact]
    [Trait("ID", "P12")]
    public async Task The_program_that_the_packages_show_runs_as_a_file()
    {
        var program = GuideSnippets
            .Of("src/Package/README.md")
            .Single(snippet => snippet.Language == "csharp");
        // A file's program is set to be compiled ahead of time, which takes packages that nothing else needs.
        var directives = $"#:package Cano@{packed.Version}\n#:property PublishAot=false\n";
        Assert.Equal(
            "Done",
            (await packed.RunFileAsync("shown.cs", "run", directives + program.Text)).Trim()
        );
    }

    [Fact]
    [Trait("ID", "P12")]
    public async Task A_script_takes_the_FSharp_face_and_its_tests_helpers_by_name() =>
        Assert.Equal(
            "order-1: begins\norder-1: Completed in Done\nOk Done after 3 s",
            (
                await packed.RunFileAsync(
                    "script.fsx",
                    "fsi --quiet",
                    $$"""
                    #r "nuget: Cano.FSharp, {{packed.Version}}"
                    #r "nuget: Cano.Progress, {{packed.Version}}"
                    #r "nuget: Cano.Testing, {{packed.Version}}"
                    open System
                    open Cano
                    open Cano.FSharp
                    open Cano.Testing

                    type Order =
                        | Resting of TimeSpan
                        | Done

                    let time = VirtualTime()
                    let began = time.GetUtcNow()

                    let order =
                        Workflow.total (function
                            | Resting span -> Handle.timer span Done
                            | Done -> Handle.exit)
                        |> Workflow.withTimeProvider time
                        |> Workflow.withObserver (ConsoleProgress())

                    let ended =
                        time.RunAsync(order |> Workflow.runAs "order-1" (Resting(TimeSpan.FromSeconds 3.))).Result
                    printfn "%A after %g s" ended (time.GetUtcNow() - began).TotalSeconds
                    """
                )
            ).Trim()
        );
}
