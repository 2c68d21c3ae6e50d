using System.Diagnostics;

namespace Cano.Reliability.Planted;

/// <summary>A copy of the project into which every planted bug is built, each behind its switch; the project
/// itself stays as it is.</summary>
internal sealed class PlantedBuild : IDisposable
{
    private const string Switch = "CANO_PLANTED";

    // A bug may make a run go on for ever: that is caught as well, before it takes the machine's memory.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private const string HeapLimit = "0x60000000";

    // The first file of the kernel: everything else can see it.
    private const string SwitchSource = $"""
        namespace Cano.Kernel

        /// Which planted bug is switched on.
        [<RequireQualifiedAccess>]
        module Planted =
            let private bug = System.Environment.GetEnvironmentVariable "{Switch}"

            [<CompiledName "IsOn">]
            let isOn (name: string) = System.String.Equals(bug, name)
        """;

    private static readonly string[] s_copied =
    [
        ".cs",
        ".fs",
        ".csproj",
        ".fsproj",
        ".props",
        ".targets",
        ".json",
        ".sln",
        ".editorconfig",
        ".txt",
        ".md",
        ".sql",
    ];

    private readonly TempDirectory _directory = new();

    /// <summary>Copies, plants and builds.</summary>
    public static async Task<PlantedBuild> MakeAsync(IReadOnlyList<PlantedBug> bugs)
    {
        var build = new PlantedBuild();
        try
        {
            Copy(SolutionFolder.Path, build._directory.Path);
            File.WriteAllText(build.PathOf("src/Cano.Kernel/Planted.fs"), SwitchSource);
            build.Replace(
                "src/Cano.Kernel.fsproj",
                "<Compile Include=\"Cano.Kernel/",
                "<Compile Include=\"Cano.Kernel/Planted.fs\" />\n    <Compile Include=\"Cano.Kernel/",
                isOnce: false
            );
            foreach (var bug in bugs)
                build.Plant(bug);
            foreach (var project in new[] { "tests/Reliability", "tests/Properties" })
            {
                // A mutated line may be one that a style rule does not like.
                var (code, output) = await build.DotnetAsync(
                    null,
                    "build",
                    "-c",
                    "Release",
                    "--disable-build-servers",
                    "-p:TreatWarningsAsErrors=false",
                    "-p:EnforceCodeStyleInBuild=false",
                    project
                );
                Broken.Unless(code == 0, $"the planted build failed:\n{output}");
            }

            return build;
        }
        catch
        {
            build.Dispose();
            throw;
        }
    }

    /// <summary>Whether a check holds with a bug switched on; null switches none on.</summary>
    public async Task<(bool Holds, string Output)> HoldsAsync(Check check, string? bug)
    {
        var (code, output) = check switch
        {
            Check.OfRow row => await DotnetAsync(
                bug,
                PathOf("artifacts/bin/Reliability/release/Cano.Reliability.dll"),
                row.Name,
                "--count",
                $"{row.Count}",
                "--seed",
                "1"
            ),
            Check.OfLaws laws => await DotnetAsync(
                bug,
                "test",
                "-c",
                "Release",
                "--no-build",
                "tests/Properties",
                "--filter",
                $"FullyQualifiedName~Properties.{laws.Class}."
            ),
            _ => throw new InvalidOperationException("A new kind of check."),
        };
        // Laws that are not there any more find nothing.
        Broken.Unless(
            bug is not null || check is Check.OfRow || output.Contains("Passed!", StringComparison.Ordinal),
            $"{check}: no test ran, or some failed:\n{output}"
        );
        return (code == 0, output);
    }

    public void Dispose() => _directory.Dispose();

    private void Plant(PlantedBug bug)
    {
        var isOn = bug.File.EndsWith(".fs", StringComparison.Ordinal)
            ? $"Cano.Kernel.Planted.isOn \"{bug.Name}\""
            : $"Cano.Kernel.Planted.IsOn(\"{bug.Name}\")";
        Replace(
            bug.File,
            bug.Original,
            bug.Mutated.Replace("ON", $"({isOn})", StringComparison.Ordinal),
            isOnce: true
        );
    }

    private void Replace(string file, string original, string replacement, bool isOnce)
    {
        var text = File.ReadAllText(PathOf(file));
        var at = text.IndexOf(original, StringComparison.Ordinal);
        Broken.Unless(at >= 0, $"{file} no longer has the text to be mutated: {original}");
        Broken.Unless(
            !isOnce || text.IndexOf(original, at + 1, StringComparison.Ordinal) < 0,
            $"{file} has the text to be mutated twice: {original}"
        );
        File.WriteAllText(
            PathOf(file),
            string.Concat(text.AsSpan(0, at), replacement, text.AsSpan(at + original.Length))
        );
    }

    private async Task<(int Code, string Output)> DotnetAsync(string? bug, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Switch] = bug, ["CANO_SEED"] = "1" },
        };
        if (arguments is [not "build", ..])
            start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process
                .WaitForExitAsync()
                .WaitAsync(bug is null ? Timeout.InfiniteTimeSpan : s_patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        return (process.ExitCode, await output + await errors);
    }

    private string PathOf(string file) => Path.Combine(_directory.Path, file);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
            if (s_copied.Contains(Path.GetExtension(file)))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var directory in Directory.EnumerateDirectories(from))
        {
            var name = Path.GetFileName(directory);
            if (name is "artifacts" or ".git" or "bin" or "obj")
                continue;
            Copy(directory, Directory.CreateDirectory(Path.Combine(to, name)).FullName);
        }
    }
}
