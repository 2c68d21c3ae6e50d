using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>The public surface of the F# assemblies is a file beside them, so that a change of it is a
/// visible diff. Of the C# ones an analyzer says the same while they are built.</summary>
public sealed class ApprovedSurfaceTests
{
    private const string Renew = "CANO_APPROVE";

    [Theory]
    [InlineData("Cano.Kernel", "src/Cano.Kernel/PublicAPI.txt")]
    [InlineData("Cano.FSharp", "src/Cano.FSharp/PublicAPI.txt")]
    public void What_users_meet_of_an_assembly_is_what_its_file_says(string assembly, string file)
    {
        var path = Path.Combine(SolutionFolder.Path, file);
        var types = Assembly
            .Load(assembly)
            .GetExportedTypes()
            .Where(type => type.Namespace != "Cano.Kernel")
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        var surface = SurfaceText.Of(types);
        if (Environment.GetEnvironmentVariable(Renew) == "1")
            File.WriteAllText(path, surface);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        var difference = Difference(approved.Split('\n'), surface.Split('\n'));
        Assert.True(
            approved == surface,
            $"The public surface is not the one in {file}:\n{difference}\nIf it is meant, .ci/approve writes it down."
        );
    }

    [Fact]
    public void A_surface_is_told_with_its_types_members_defaults_and_nulls() =>
        Assert.Equal(
            """
            sealed class RunTold<T> : IEquatable<Version>
                bool Equals(Version? other)
                bool Equals(object? obj)
                int GetHashCode()
                new(int count = 3)
                static string? Name { get; }
                void Take(List<T[]> items, TimeSpan? span)

            """,
            SurfaceText.Of([typeof(RunTold<>)]).Replace("ApprovedSurfaceTests.", "", StringComparison.Ordinal)
        );

    private static string Difference(string[] approved, string[] now) =>
        string.Join(
            '\n',
            [
                .. approved.Except(now).Select(line => $"- {line}"),
                .. now.Except(approved).Select(line => $"+ {line}"),
            ]
        );

    private sealed class RunTold<T>(int count = 3) : IEquatable<Version>
    {
        public static string? Name => null;

        public bool Equals(Version? other) => other?.Major == count;

        public void Take(List<T[]> items, TimeSpan? span) => items.Equals(span);

        public override bool Equals(object? obj) => obj is Version other && Equals(other);

        public override int GetHashCode() => count;
    }
}
