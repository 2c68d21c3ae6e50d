namespace Cano.FSharp.Tests

open System
open System.IO
open System.Security.Cryptography
open Cano.Properties
open Expecto
open global.Xunit

/// Journals of cases that builds before this one wrote: never written again, read and resumed by
/// every build.
type Golden() =

    static let rec root (folder: DirectoryInfo) =
        if File.Exists(Path.Combine(folder.FullName, "Cano.Functional.sln")) then
            folder.FullName
        else
            root (nonNull folder.Parent)

    static let folder =
        Path.Combine(root (DirectoryInfo AppContext.BaseDirectory), "tests", "FSharp", "golden")

    static let journals =
        Directory.GetDirectories folder
        |> Array.map (fun path -> string (Path.GetFileName path))
        |> List.ofArray

    static let golden =
        testList "golden" [
            for journal in journals do
                let there = Path.Combine(folder, journal)

                test $"{journal} is the one that was written" {
                    let sums =
                        File.ReadAllLines(Path.Combine(folder, "SHA256SUMS"))
                        |> Array.filter _.Contains($"  {journal}/")
                        |> List.ofArray

                    let files = Directory.GetFiles there |> Array.sort |> List.ofArray

                    let summed = [
                        for file in files do
                            let sum =
                                Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes file))

                            $"{sum}  {journal}/{Path.GetFileName file}"
                    ]

                    Expect.equal summed (List.sortBy (fun line -> line.Substring 66) sums) "listed"
                }

                check $"{journal} gives back what its states carried, and its runs go on" (fun () -> task {
                    use copy = new Folder()

                    for file in Directory.GetFiles there do
                        File.Copy(file, Path.Combine(copy.Path, string (Path.GetFileName file)))

                    let! told = Posts.read copy.Path
                    let expected = File.ReadAllText(Path.Combine(there, "expected.txt"))

                    Expect.equal
                        (String.Join("\n", told) + "\n")
                        expected
                        "every row, and every end"
                })
        ]

    static member Golden = Examples.rows golden

    [<Theory; MemberData("Golden")>]
    [<Trait("ID", "Y34"); Trait("ID", "Y42")>]
    member _.``a journal of cases is read by every build``(example: Example) =
        Examples.run golden example
