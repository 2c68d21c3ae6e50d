using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace Cano.Integration.Packing;

/// <summary>What lies in the packages, so that a change of it is a visible diff.</summary>
[Collection(PackedSolution.Collection)]
public sealed class PackageContentTests(PackedSolution packed)
{
    private const string List = "tests/Integration/Packing/packages.txt";

    // Portable PDB specification, "Embedded Source".
    private static readonly Guid s_embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    [Trait("ID", "P12")]
    public void What_is_packed_with_what_it_depends_on_is_what_the_list_says()
    {
        var path = Path.Combine(SolutionFolder.Path, List);
        var now = string.Concat(packed.Packages().Select(Told));
        if (Environment.GetEnvironmentVariable("CANO_APPROVE") == "1")
            File.WriteAllText(path, now);
        Assert.True(
            now == File.ReadAllText(path),
            $"The packages are not those of {List}. If it is meant, CANO_APPROVE=1 writes it down:\n{now}"
        );
    }

    [Fact]
    [Trait("ID", "P13")]
    public void No_package_names_a_folder_of_the_machine_that_made_it()
    {
        string[] folders =
        [
            SolutionFolder.Path,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar,
            packed.Folder,
        ];
        foreach (var package in packed.Packages())
        foreach (var (path, bytes) in package.Files())
        foreach (var folder in folders)
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(folder)) < 0, Named(path, folder));
            Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(folder)) < 0, Named(path, folder));
        }

        string Named(string path, string folder) => $"{path} names {folder}.";
    }

    [Fact]
    [Trait("ID", "P13")]
    public void Symbols_hold_the_sources_that_they_name_under_no_folder_of_a_machine()
    {
        var read = 0;
        foreach (var package in packed.Packages())
        foreach (var (path, bytes) in package.Files())
        {
            if (!path.EndsWith(".pdb", StringComparison.Ordinal))
                continue;
            using var symbols = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(bytes));
            var reader = symbols.GetMetadataReader();
            foreach (var document in reader.Documents)
            {
                var name = reader.GetString(reader.GetDocument(document).Name);
                Assert.StartsWith("/_/", name, StringComparison.Ordinal);
                Assert.True(HoldsSource(reader, document), $"{path}: {name} is not in it.");
                read++;
            }
        }

        Assert.True(read > 400, $"{read} sources");
    }

    [Fact]
    [Trait("ID", "P13")]
    public void An_assembly_knows_its_symbols_by_no_folder_of_a_machine()
    {
        var assemblies =
            from package in packed.Packages()
            from file in package.Files()
            where file.Path.EndsWith(".dll", StringComparison.Ordinal)
            select file;
        Assert.All(
            assemblies,
            file =>
            {
                using var assembly = new PEReader(new MemoryStream(file.Bytes));
                var view = assembly
                    .ReadDebugDirectory()
                    .Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
                Assert.StartsWith(
                    "/_/",
                    assembly.ReadCodeViewDebugDirectoryData(view).Path,
                    StringComparison.Ordinal
                );
            }
        );
    }

    private static bool HoldsSource(MetadataReader reader, DocumentHandle document) =>
        reader
            .GetCustomDebugInformation(document)
            .Select(reader.GetCustomDebugInformation)
            .Any(about => reader.GetGuid(about.Kind) == s_embeddedSource);

    private string Told(PackedFile package)
    {
        var said = new[] { "license", "icon", "readme" }
            .Select(name => $"{name} {package.Said(name)}")
            .Where(line => !line.EndsWith(' '));
        // A registry reads of symbols whose they are, and nothing else.
        var needed = package.Name.EndsWith(".snupkg", StringComparison.Ordinal)
            ? []
            : package
                .Metadata.Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(Dependency);
        var files = package.Files().Select(file => file.Path);
        var lines = said.Concat(needed).Concat(files).Select(line => $"    {line}\n");
        return Versionless($"{package.Name}\n{string.Concat(lines)}");
    }

    private static string Dependency(XElement needed)
    {
        var more = needed
            .Attributes()
            .Where(about => about.Name.LocalName is "include" or "exclude")
            .Select(about => $", {about.Name} {about.Value}");
        return $"needs {needed.Attribute("id")!.Value} {needed.Attribute("version")!.Value}{string.Concat(more)}";
    }

    private string Versionless(string text) => text.Replace(packed.Version, "*", StringComparison.Ordinal);
}
