module writ.example/sign

go 1.21
