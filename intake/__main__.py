from intake import main

main()
