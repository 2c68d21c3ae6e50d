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
    public void A_planted_knot_of_types_is_found()
    {
        var knot = Assert.Single(
            Planted(
                "Time/Planted.cs",
                "namespace Cano; internal sealed class Planted { public AttemptLimit Limit; }"
            ).Knots
        );
        Assert.Equal(["Cancellation", "Time"], knot);
    }

    [Fact]
    public void A_planted_knot_that_names_no_type_is_found()
    {
        var planted = Planted(
            "Errors/Planted.cs",
            "namespace Cano; internal static class Planted { public static bool IsNone(TimeSpan span) => span.IsNothing(); }",
            "Loop/PlantedToo.cs",
            "namespace Cano; internal static class PlantedToo { public static bool IsNothing(this TimeSpan span) => span <= default(TimeSpan); }"
        );
        Assert.Contains("Loop", Assert.Single(planted.Knots));
        Assert.Contains("    Errors/Planted.cs → Loop/PlantedToo.cs: IsNothing", planted.Lines());
    }

    [Fact]
    public void A_planted_knot_of_FSharp_is_found()
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
            arrow => SourceFile.FolderOf(arrow.To) is not ("Checkpoints" or "Errors")
        );
    }

    /// <summary>The runtime with files that it does not have.</summary>
    private static Picture Planted(params string[] pathsAndTexts)
    {
        var runtime = Repository.CSharpProjects.Single(project =>
            Repository.NameOf(project) == "Cano.Runtime"
        );
        var files = pathsAndTexts.Chunk(2).Select(file => new SourceFile(file[0], file[1]));
        return Pictures.Of(new("Cano.Runtime", [.. Repository.CSharpSources(runtime), .. files], [], []));
    }
}
