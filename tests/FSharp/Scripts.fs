namespace Cano.FSharp.Tests

open System
open System.Diagnostics
open System.IO
open System.Threading.Tasks
open Cano.Properties
open Expecto
open global.Xunit

/// The pages of examples/scripts, run by `dotnet fsi` as a reader runs them.
type Scripts() =

    /// What a script promises at its end.
    static let promised (lines: string list) =
        lines
        |> List.skipWhile (fun line -> line <> "// It prints:")
        |> List.skip 2
        |> List.map (fun line -> line.Substring(min line.Length "//     ".Length))

    static let rec root (folder: DirectoryInfo) =
        if File.Exists(Path.Combine(folder.FullName, "Cano.Functional.sln")) then
            folder.FullName
        else
            root (nonNull folder.Parent)

    static let folder =
        Path.Combine(root (DirectoryInfo AppContext.BaseDirectory), "examples", "scripts")

    static let printed (script: string) = task {
        let start =
            ProcessStartInfo(
                "dotnet",
                $"fsi {script}",
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            )

        // The test runner's own build settings are none of a reader's.
        for name in List.ofSeq start.Environment.Keys do
            if name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) then
                start.Environment.Remove name |> ignore

        use running = nonNull (Process.Start start)
        let output = running.StandardOutput.ReadToEndAsync()
        let errors = running.StandardError.ReadToEndAsync()
        let ended = running.WaitForExitAsync()
        let! first = Task.WhenAny(ended, Task.Delay(TimeSpan.FromMinutes 3.))

        if not (obj.ReferenceEquals(first, ended)) then
            running.Kill true

        let! output = output
        let! errors = errors
        Expect.equal errors "" "nothing is wrong"
        return output.TrimEnd('\n').Split '\n' |> List.ofArray
    }

    static let scripts =
        testList "scripts" [
            for path in Directory.GetFiles(folder, "*.fsx") |> Array.sort do
                let name = string (Path.GetFileName path)

                if name <> "cano.fsx" then
                    check name (fun () -> task {
                        let lines = File.ReadAllLines path |> List.ofArray
                        let code = lines |> List.skipWhile _.StartsWith("//")
                        Expect.equal code.Head "#load \"cano.fsx\"" "one line loads everything"
                        let! printed = printed name
                        Expect.equal printed (promised lines) "as it promises"
                    })
        ]

    static member Scripts = Examples.rows scripts

    [<Theory; MemberData("Scripts")>]
    [<Trait("ID", "Y39")>]
    member _.``a script prints what it promises``(example: Example) = Examples.run scripts example
