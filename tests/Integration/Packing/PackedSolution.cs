using System.Diagnostics;
using System.Text.Json;

namespace Cano.Integration.Packing;

/// <summary>The packages that the solution makes, in a folder of their own, and room for projects that take
/// them from there.</summary>
/// <remarks>What this build made is packed as it is. Projects lie outside the repository, so that none of its
/// settings reach them; what was restored before is not fetched again.</remarks>
public sealed class PackedSolution : IAsyncLifetime
{
    /// <summary>Tests of packages: they share them, and run alone, as all that start processes.</summary>
    public const string Collection = "packages";

    private readonly TempDirectory _directory = new();

    // Never packed before, so that no older package can be taken for it.
    internal string Version { get; } = $"0.1.0-tried{Guid.NewGuid():N}";

    /// <summary>Where the packages and the projects lie.</summary>
    internal string Folder => _directory.Path;

    public async Task InitializeAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var known = (await DotnetAsync(SolutionFolder.Path, "nuget locals global-packages --list"))
            .Split(' ', 2)[1]
            .Trim();
        File.WriteAllText(
            _directory.File("nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="packed" /></packageSources>
              <fallbackPackageFolders><add key="known" value="{known}" /></fallbackPackageFolders>
            </configuration>
            """
        );
        await DotnetAsync(
            SolutionFolder.Path,
            $"pack --no-build --configuration {configuration} -p:Version={Version} --output {_directory.File("packed")}"
        );
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The packages, and those of their symbols, by name.</summary>
    internal IReadOnlyList<PackedFile> Packages() =>
        [
            .. Directory
                .GetFiles(_directory.File("packed"))
                .Order(StringComparer.Ordinal)
                .Select(file => new PackedFile(file)),
        ];

    /// <summary>Runs a program of a fresh project that refers to a package: what it writes, warnings before
    /// it.</summary>
    /// <param name="project">The project's file.</param>
    /// <param name="items">What it holds beside the reference.</param>
    /// <param name="program">The program's file.</param>
    /// <param name="text">The program.</param>
    /// <param name="face">The package that it refers to.</param>
    internal Task<string> RunAsync(
        string project,
        string items,
        string program,
        string text,
        string face = "Cano.CSharp"
    ) => DotnetAsync(Write(project, items, program, text, face), "run");

    /// <summary>Runs a program of a fresh F# project that refers to the F# face: what it writes, and whether
    /// it compiled and ran.</summary>
    /// <param name="name">The project's name.</param>
    /// <param name="text">The program.</param>
    /// <param name="settings">What the project sets beside what every one does.</param>
    internal Task<(string Output, bool Succeeded)> RunFSharpAsync(
        string name,
        string text,
        string settings = ""
    ) =>
        TriedAsync(
            Write(
                $"{name}.fsproj",
                """<Compile Include="Program.fs" />""",
                "Program.fs",
                text,
                face: "Cano.FSharp",
                settings: settings
            ),
            "run"
        );

    /// <summary>The assemblies that a fresh project compiles against, the platform's left out.</summary>
    /// <param name="project">The project's file.</param>
    internal async Task<IReadOnlyList<string>> ReferencesAsync(string project)
    {
        var folder = Write(project, "", "Program.cs", "");
        var told = await DotnetAsync(
            folder,
            "build -restore -t:ResolveAssemblyReferences -getItem:ReferencePath"
        );
        return
        [
            .. from path in JsonDocument
                .Parse(told)
                .RootElement.GetProperty("Items")
                .GetProperty("ReferencePath")
                .EnumerateArray()
            where !path.TryGetProperty("FrameworkReferenceName", out _)
            select path.GetProperty("Filename").GetString()!,
        ];
    }

    /// <summary>Runs a file by `dotnet`, in a folder of its own: what it writes.</summary>
    /// <param name="name">The file.</param>
    /// <param name="command">What `dotnet` is told before its name.</param>
    /// <param name="text">What it holds.</param>
    internal Task<string> RunFileAsync(string name, string command, string text)
    {
        var folder = Directory
            .CreateDirectory(_directory.File(Path.GetFileNameWithoutExtension(name)))
            .FullName;
        File.WriteAllText(Path.Combine(folder, name), text);
        return DotnetAsync(folder, $"{command} {name}");
    }

    private string Write(
        string project,
        string items,
        string program,
        string text,
        string face = "Cano.CSharp",
        string settings = ""
    )
    {
        var folder = Directory
            .CreateDirectory(_directory.File(Path.GetFileNameWithoutExtension(project)))
            .FullName;
        File.WriteAllText(
            Path.Combine(folder, project),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                {settings}
              </PropertyGroup>
              <ItemGroup>
                {items}
                <PackageReference Include="{face}" Version="{Version}" />
              </ItemGroup>
            </Project>
            """
        );
        File.WriteAllText(Path.Combine(folder, program), text);
        return folder;
    }

    /// <summary>What the command writes. It must succeed, and leaves no process behind.</summary>
    private async Task<string> DotnetAsync(string folder, string command)
    {
        var (output, succeeded) = await TriedAsync(folder, command);
        Assert.True(succeeded, $"dotnet {command}: {output}");
        return output;
    }

    private async Task<(string Output, bool Succeeded)> TriedAsync(string folder, string command)
    {
        var start = new ProcessStartInfo("dotnet", command)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        // The test runner's own build settings are none of a stranger's.
        foreach (
            var name in start
                .Environment.Keys.Where(name =>
                    name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
                )
                .ToList()
        )
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        if (folder != SolutionFolder.Path)
        {
            // A stranger's, with nothing in it before; and nothing of ours is in anybody else's behind.
            start.Environment["NUGET_PACKAGES"] = _directory.File("unpacked");
            // Scripts and programs of one file are restored there: beneath the file that says from where.
            start.Environment["HOME"] = _directory.Path;
            start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output, process.ExitCode == 0);
    }
}

/// <summary>Tests of packages: packed once for all of them.</summary>
[CollectionDefinition(PackedSolution.Collection, DisableParallelization = true)]
public sealed class SharesPackages : ICollectionFixture<PackedSolution>;
