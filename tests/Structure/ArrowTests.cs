namespace Cano.Structure;

/// <summary>The arrows between the folders of a project point one way.</summary>
public sealed class ArrowTests
{
    [Fact]
    public void The_folders_of_every_project_point_one_way() =>
        Assert.All(
            Pictures.All(),
            picture => Assert.True(picture.Knots.Count == 0, string.Join('\n', picture.Lines()))
        );

    [Fact]
    public void No_arrow_is_missed_for_want_of_understanding() =>
        Assert.All(Pictures.Projects, project => Assert.Empty(project.Problems()));

    [Fact]
    public void A_knot_planted_in_the_runtime_is_found()
    {
        var runtime = Repository.CSharpProjects.Single(project =>
            Repository.NameOf(project) == "Cano.Runtime"
        );
        var planted = new SourceFile(
            "Time/Planted.cs",
            """
            using Cano.Runtime.Cancellation;

            namespace Cano.Runtime.Time;

            internal sealed class Planted
            {
                public AttemptLimit Limit { get; set; }
            }
            """
        );
        var picture = Pictures.Of(Compiled("Cano.Runtime", [.. Repository.CSharpSources(runtime), planted]));
        Assert.Equal(["Cancellation", "Time"], Assert.Single(picture.Knots));
    }

    [Fact]
    public void A_knot_that_names_no_type_is_found()
    {
        var picture = Pictures.Of(
            Compiled(
                "Planted",
                [
                    new(
                        "Low/Ground.cs",
                        "namespace P; static class Ground { public static bool IsDry(this int depth) => depth < 1; }"
                    ),
                    new(
                        "Low/Cellar.cs",
                        "namespace P; static class Cellar { public static bool IsCold(int depth) => depth.IsHigh(); }"
                    ),
                    new(
                        "High/Roof.cs",
                        "namespace P; static class Roof { public static bool IsHigh(this int depth) => !depth.IsDry(); }"
                    ),
                ]
            )
        );
        Assert.Equal(["High", "Low"], Assert.Single(picture.Knots));
        Assert.Contains("    Low/Cellar.cs → High/Roof.cs: IsHigh", picture.Lines());
    }

    [Fact]
    public void A_knot_of_FSharp_is_found()
    {
        var picture = Pictures.OfFSharp(
            "Planted",
            [
                new("Low/Ground.fs", "namespace P\n\ntype Ground = { Depth: int }"),
                new("High/House.fs", "namespace P\n\nmodule House =\n    let on (it: Ground) = it.Depth"),
                new(
                    "Low/Cellar.fs",
                    "namespace P\n\nmodule Cellar =\n    // Roof\n    let under it = House.on it"
                ),
                new("Roof.fs", "namespace P\n\ntype Roof = Roof of string\n"),
            ]
        );
        Assert.Equal(["High", "Low"], Assert.Single(picture.Knots));
    }

    [Fact]
    public void The_journal_knows_nothing_of_the_runtime_but_the_store_contract()
    {
        var journal = Pictures.Projects.Single(project => project.Name == "Cano.Faster");
        var runtime = Pictures.Projects.Single(project => project.Name == "Cano.Runtime");
        var arrows = journal.ArrowsTo(runtime);
        Assert.NotEmpty(arrows);
        Assert.DoesNotContain(
            arrows,
            // The store contract, its errors, what measures it, the guard of a clock of a user's, and what
            // outlives a caller.
            arrow =>
                SourceFile.FolderOf(arrow.To) is not ("Checkpoints" or "Errors" or "Telemetry")
                && arrow.To is not ("Time/GuardedClock.cs" or "Scope/Detached.cs")
        );
    }

    /// <summary>A project that refers to no other. What the compiler does not understand would show no
    /// arrow.</summary>
    private static CSharpProject Compiled(string name, IReadOnlyList<SourceFile> files)
    {
        var project = new CSharpProject(name, files, [], []);
        Assert.Empty(project.Problems());
        return project;
    }
}
